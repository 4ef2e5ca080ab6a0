import TISBackupTestSupport
import Testing

@Suite("tisbackup-register --import, killed anywhere", .scratch)
struct KillMatrixImportTests {
  /// Backups whose rows are in another catalog alone.
  private func matrix(_ sections: [String], files: Int) async throws -> KillMatrix {
    var site = try await KillMatrixSite.start(
      sections, files: files, bytes: 10_000, "maximum_backup_age = 2000")
    for hours in [70, 45, 20] {
      for section in sections { try await site.backUp(section, hoursAgo: hours) }
    }
    try await site.shell("mv base/log/tisbackup.sqlite other.sqlite; rm -r base/log")
    try await site.keep()
    let step = KillMatrix.Step(
      tool: "tisbackup-register", arguments: ["--import", "\(site.folder)/other.sqlite"])
    return KillMatrix(site: site, step: step)
  }

  @Test("at any instant, what is told is there, and the next one takes the rest")
  func anyInstant() async throws {
    try await matrix(["web1", "web2", "web3"], files: 5).kill(times: 15, phases: 2, seed: 1)
  }

  @Test("before every call that changes the disk, a section is taken whole or not at all")
  func everyCall() async throws {
    let phases = try await matrix(["web1", "web2"], files: 2).kill(
      atEvery: ["mkdir", "chmod", "fsync", "fdatasync", "unlink"])
    for word in ["no catalog", "0 rows, 0 removed", "3 rows, 0 removed", "6 rows, 0 removed"] {
      #expect(phases.contains { $0.contains(word) }, "\(word) of \(phases)")
    }
    for count in [1, 2, 4, 5] {
      #expect(!phases.contains { $0.contains("\(count) rows, 0 removed") }, "\(phases)")
    }
  }
}
