import TISBackupTestSupport
import Testing

@Suite("tisbackup-run, killed anywhere", .scratch)
struct KillMatrixRunTests {
  /// A backup of yesterday whose files are linked, and a section that has none yet.
  private func matrix(files: Int, bytes: Int, sections: [String] = ["web1", "web2"]) async throws
    -> KillMatrix
  {
    var site = try await KillMatrixSite.start(sections, files: files, bytes: bytes)
    try await site.backUp("web1", hoursAgo: 20)
    try write("today\n", to: "\(site.source("web1"))/changed")
    try await site.keep()
    return KillMatrix(
      site: site, step: .init(tool: "tisbackup-run"),
      night: [
        .init(tool: "tisbackup-cleanup"), .init(tool: "tisbackup-verify", arguments: ["--all"]),
      ])
  }

  @Test(
    "at any instant, it leaves nothing untrue, and the next run takes its work up",
    arguments: [1, 2] as [UInt64])
  func anyInstant(_ seed: UInt64) async throws {
    try await matrix(files: 150, bytes: 3_000_000).kill(
      times: 35, phases: 3, words: [["Running", ".partial"]], seed: seed)
  }

  @Test("before every call that changes the disk, likewise")
  func everyCall() async throws {
    let phases = try await matrix(files: 6, bytes: 10_000, sections: ["web1"]).kill(
      atEvery: [
        "mkdir", "rename", "unlink", "rmdir", "fsync", "fdatasync", "syncfs", "write", "pwrite64",
      ])
    for word in [
      "journal", "Running", ".partial", ".manifest.new", "lone .manifest", ".json.new",
      "lone .json", "named",
    ] { #expect(phases.contains { $0.contains(word) }, "\(word) of \(phases)") }
  }
}
