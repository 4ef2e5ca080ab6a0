import TISBackupTestSupport
import Testing

@testable import TISBackupCore

struct SnapshotNameTests {
  @Test(arguments: [
    ("20261123-19h10m54", 1_795_457_454), ("20261025-01h59m59", 1_792_886_399),
    ("20261025-02h30m00", 1_792_888_200), ("20261025-03h00m00", 1_792_893_600),
    ("20270328-03h00m00", 1_806_195_600), ("19700101-01h00m00", 0),
  ])
  func `a name is the local time of its start`(_ name: String, _ second: Int) {
    let start = Instant(seconds: second)
    #expect(SnapshotName.text(for: start, in: .paris) == name)
    #expect(SnapshotName.start(of: name, in: .paris) == start)
    #expect(name.utf8.count == SnapshotName.length)
  }

  @Test func `in the repeated hour a name stands for the older start, never a fresher one`() {
    let second = Instant(seconds: 1_792_891_800)
    let name = SnapshotName.text(for: second, in: .paris)
    #expect(name == "20261025-02h30m00")
    #expect(SnapshotName.start(of: name, in: .paris) == second.adding(seconds: -3600))
  }

  @Test func `a name in the hour that was left out is read as the hour after`() throws {
    let start = try #require(SnapshotName.start(of: "20270328-02h30m00", in: .paris))
    #expect(SnapshotName.text(for: start, in: .paris) == "20270328-03h30m00")
  }

  @Test(arguments: [
    "", "20261123", "20261123-19h10m5", "20261123-19h10m540", "20261123-19h10m54.partial",
    "20261123-19h10m54.rsync", ".trash-20261123-19h10m54", "20261123-19:10:54",
    "20261123-19H10M54", "20261323-19h10m54", "20260229-19h10m54", "20261123-24h10m54",
    "20261123-19h60m54", "20261123_19h10m54", "2026112a-19h10m54", "last_backup", "lost+found",
    "20261123-19h10m5\u{0664}", " 20261123-19h10m54", "20261123-19h10m54\n", "00000101-00h00m00",
  ])
  func `nothing else is the name of a backup`(_ name: String) {
    #expect(SnapshotName.start(of: name, in: .paris) == nil)
  }

  @Test func `names sort as their wall clocks do`() {
    var random = SeededGenerator(seed: 35)
    let starts = (0..<500).map { _ in
      Instant(seconds: Int.random(in: 0...253_402_297_199, using: &random))
    }.sorted()
    let names = starts.map { SnapshotName.text(for: $0, in: .utc) }
    #expect(names == names.sorted())
    #expect(names.map { SnapshotName.start(of: $0, in: .utc) } == starts)
  }
}
