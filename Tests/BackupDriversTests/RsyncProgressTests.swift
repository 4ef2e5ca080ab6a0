import Testing

@testable import BackupDrivers

@Suite("The live line of rsync")
struct RsyncProgressTests {
  @Test(
    "is told in words, and nothing else is taken for one",
    arguments: [
      (
        "  2,029,888  34%    5.86MB/s    0:00:12 (xfr#1, to-chk=49/74)",
        "1.9 MiB, 34%, 5.86MB/s, 0:00:12" as String?
      ),
      ("0   0%    0.00kB/s    0:00:00", "0 B, 0%, 0.00kB/s, 0:00:00"),
      ("1024 100% 1.00kB/s 0:00:01", "1 KiB, 100%, 1.00kB/s, 0:00:01"),
      ("", nil), ("Number of files: 3", nil), ("-5 1% x y", nil),
      ("99999999999999999999 1% x y", nil),
      ("12 apples are here", nil),
    ])
  func text(_ line: String, _ expected: String?) {
    #expect(RsyncProgress.text(line) == expected)
  }
}
