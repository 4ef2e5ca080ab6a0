import TISBackupTestSupport
import Testing

@Suite("tisbackup-register, killed anywhere", .scratch)
struct KillMatrixRegisterTests {
  /// Backups whose catalog is lost.
  private func matrix(_ sections: [String], files: Int) async throws -> KillMatrix {
    var site = try await KillMatrixSite.start(
      sections, files: files, bytes: 10_000, "maximum_backup_age = 2000")
    for hours in [70, 45, 20] {
      for section in sections { try await site.backUp(section, hoursAgo: hours) }
    }
    try await site.shell("rm -r base/log")
    try await site.keep()
    return KillMatrix(site: site, step: .init(tool: "tisbackup-register"))
  }

  @Test("at any instant, what is told is there, and the next one finds the rest")
  func anyInstant() async throws {
    try await matrix(["web1", "web2", "web3"], files: 40).kill(times: 30, phases: 3, seed: 1)
  }

  @Test("before every call that changes the disk, likewise")
  func everyCall() async throws {
    let phases = try await matrix(["web1"], files: 2).kill(
      atEvery: ["mkdir", "chmod", "fchmod", "fsync", "fdatasync", "unlink"])
    for word in ["no catalog", "journal", "0 rows, 0 removed", "2 rows, 0 removed"] {
      #expect(phases.contains { $0.contains(word) }, "\(word) of \(phases)")
    }
  }
}
