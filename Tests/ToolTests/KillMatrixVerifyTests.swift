import TISBackupTestSupport
import Testing

@Suite("tisbackup-verify, killed anywhere", .scratch)
struct KillMatrixVerifyTests {
  /// Two backups of each section, one of which has gone bad.
  private func matrix(files: Int, bytes: Int) async throws -> KillMatrix {
    var site = try await KillMatrixSite.start(["web1", "web2"], files: files, bytes: bytes)
    for hours in [45, 20] {
      for section in site.sections { try await site.backUp(section, hoursAgo: hours) }
    }
    try await site.rot("web2")
    try await site.keep()
    return KillMatrix(
      site: site, step: .init(tool: "tisbackup-verify", arguments: ["--all"], status: 2))
  }

  @Test("at any instant, only what was proven counts as that, and the next one proves the rest")
  func anyInstant() async throws {
    try await matrix(files: 100, bytes: 6_000_000).kill(times: 30, phases: 3, seed: 1)
  }

  @Test("before every call that changes the disk, likewise")
  func everyCall() async throws {
    let phases = try await matrix(files: 2, bytes: 10_000).kill(
      atEvery: ["fdatasync", "unlink", "fsync"])
    for word in ["journal", "0 proven", "1 proven", "3 proven"] {
      #expect(phases.contains { $0.contains(word) }, "\(word) of \(phases)")
    }
  }
}
