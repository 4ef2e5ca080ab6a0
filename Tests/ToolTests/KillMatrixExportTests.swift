import TISBackupTestSupport
import Testing

@Suite("tisbackup-export, killed anywhere", .scratch)
struct KillMatrixExportTests {
  /// Two generations on the disk, and a newer backup that makes the older one go.
  private func matrix(_ sections: [String], files: Int, bytes: Int) async throws -> KillMatrix {
    var site = try await KillMatrixSite.start(sections, files: files, bytes: bytes)
    for hours in [70, 45] {
      for section in sections { try await site.backUp(section, hoursAgo: hours) }
      try await site.export()
    }
    for section in sections { try await site.backUp(section, hoursAgo: 20) }
    let oldest = sections.compactMap { section in
      site.finished(below: site.folder).first { $0.hasPrefix("disk/\(section)/") }
    }
    try await site.keep(dooms: oldest.contains)
    return KillMatrix(
      site: site, step: .init(tool: "tisbackup-export", arguments: ["-x", site.disk]))
  }

  @Test(
    "at any instant, every generation is whole and proven, and the next one takes its work up",
    arguments: [1, 2] as [UInt64])
  func anyInstant(_ seed: UInt64) async throws {
    try await matrix(["web1", "web2"], files: 150, bytes: 3_000_000)
      .kill(times: 23, phases: 3, words: [[".incoming"], ["new generation"]], seed: seed)
  }

  @Test("before every call that changes the disk, likewise")
  func everyCall() async throws {
    let phases = try await matrix(["web1"], files: 2, bytes: 10_000).kill(
      atEvery: [
        "mkdir", "rename", "unlink", "unlinkat", "rmdir", "fsync", "fdatasync", "syncfs", "write",
      ])
    for word in ["Running", "journal", ".incoming", "new generation", ".trash"] {
      #expect(phases.contains { $0.contains(word) }, "\(word) of \(phases)")
    }
  }
}
