import Testing

@testable import BackupDrivers

@Suite("The live line of rsync")
struct RsyncProgressTests {
  private static func progress(
    _ bytes: Int64, _ percent: Int?, _ files: Int64? = nil, of total: Int64? = nil
  ) -> BackupProgress {
    var progress = BackupProgress(bytes: bytes)
    (progress.percent, progress.files, progress.totalFiles) = (percent, files, total)
    return progress
  }

  @Test(
    "is read to its figures, and nothing else is taken for one",
    arguments: [
      (
        "  2,029,888  34%    5.86MB/s    0:00:12 (xfr#1, to-chk=49/74)",
        progress(2_029_888, 34, 25, of: 74) as BackupProgress?
      ),
      ("5 1% 5.86MB/s 0:00:12 (xfr#1, ir-chk=1000/2004)", progress(5, 1, 1004, of: 2004)),
      ("5 1% 5.86MB/s 0:00:12 (xfr#1, to-chk=9/4)", progress(5, 1, 0, of: 4)),
      ("0   0%    0.00kB/s    0:00:00", progress(0, 0)),
      ("1024 100% 1.00kB/s 0:00:01", progress(1024, 100)),
      ("1 x% 1.00kB/s 0:00:01", progress(1, nil)),
      ("", nil), ("Number of files: 3", nil), ("-5 1% x y", nil),
      ("99999999999999999999 1% x y", nil),
      ("12 apples are here", nil),
    ])
  func parse(_ line: String, _ expected: BackupProgress?) {
    #expect(RsyncProgress.parse(line) == expected)
  }
}
