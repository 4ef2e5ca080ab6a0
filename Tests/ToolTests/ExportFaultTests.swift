import Foundation
import TISBackupTestSupport
import Testing

/// A disk for copies that fails before an export or in the middle of it, and comes back.
@Suite("a target that fails", .scratch, .timeLimit(.minutes(2)))
struct ExportFaultTests {
  /// A server with one good backup of more files than their bytes tell, and a disk for copies.
  private func with(
    inodes: Int? = nil, _ body: (Site, LoopDisk) async throws -> Void
  ) async throws {
    let site = try await Site.start()
    for number in 0..<600 { try write("x", to: "\(site.source)/small\(number)", mode: 0o644) }
    try Data(repeating: 7, count: 400_000).write(to: URL(filePath: "\(site.source)/large.bin"))
    try await site.expectNextRun()
    try await LoopDisk.mounted("\(site.folder)/usb", megabytes: 8, inodes: inodes) { disk in
      try await body(site, disk)
    }
  }

  private func export(_ site: Site, _ environment: [String: String] = [:]) async throws
    -> ToolResult
  {
    try await site.tool("tisbackup-export", "-x", "\(site.folder)/usb", environment: environment)
  }

  /// Copies with the real rsync, which takes its time.
  private func slowExport(_ site: Site, during act: () async throws -> Void) async throws
    -> ToolResult
  {
    let bin = "\(site.folder)/bin"
    try makeFolder(bin)
    try writeScript("exec /usr/bin/rsync --bwlimit=100 \"$@\"", to: "\(bin)/rsync")
    async let result = export(site, ["PATH": "\(bin):/usr/bin:/bin"])
    do {
      try await waitUntil("the copy is on its way") {
        names("\(site.folder)/usb/web1").contains { folder in
          names("\(site.folder)/usb/web1/\(folder)").contains { $0.hasPrefix(".large.bin") }
        }
      }
      try await act()
    } catch { Issue.record(error) }
    return try await result
  }

  /// Nothing on the disk is taken for a copy, and the catalog knows of none.
  private func expectNoGeneration(_ site: Site) async throws {
    let found = names("\(site.folder)/usb/web1").filter {
      !$0.hasSuffix(".incoming") && !$0.hasPrefix(".")
    }
    #expect(found == [])
    let told = (try? text("\(site.folder)/usb/MANIFEST.sha256")) ?? ""
    #expect(!told.contains("web1/2"), "\(told)")
    let rows = try await site.rows("SELECT * FROM stats WHERE TYPE = 'EXPORT' AND status = 'OK'")
    #expect(rows == [])
    #expect(try await site.check("-T", "EXPORT").status == 2)
    try await site.expectNoLie()
    try await site.expectCheck(0, "last OK ")
  }

  /// The next export, without help, is whole.
  private func expectNextExport(_ site: Site) async throws {
    let result = try await export(site)
    #expect(result.status == 0, "\(result.stderr)")
    let usb = "\(site.folder)/usb"
    let generations = names("\(usb)/web1").filter { !$0.hasPrefix(".") }
    #expect(generations.count == 1)
    let copy = "\(usb)/web1/\(try #require(generations.first))"
    #expect(try await program(["diff", "-r", site.source, copy]).status == 0)
    let proof = try await program(["sha256sum", "-c", "MANIFEST.sha256"], workingFolder: usb)
    #expect(proof.status == 0, "\(proof.stdout)")
    #expect(try await site.check("-T", "EXPORT").status == 0)
  }

  @Test(arguments: DiskFaultTests.Fault.allCases)
  func `from the start: the export does not begin`(_ fault: DiskFaultTests.Fault) async throws {
    try await with(inodes: 1200) { site, disk in
      try await fault.strike(disk)
      let result = try await export(site)
      let words =
        switch fault {
        case .full: "has 0 B free"
        case .withoutInodes: "has room for 0 more names"
        case .readOnly: fault.answer.words
        }
      site.expect(result, 3, saying: ["\(site.folder)/usb", words])
      try await expectNoGeneration(site)
      try await fault.pass(disk)
      try await expectNextExport(site)
    }
  }

  @Test(arguments: [DiskFaultTests.Fault.full, .withoutInodes])
  func `too small for blocks and names that sizes do not tell: refused before anything is written`(
    _ fault: DiskFaultTests.Fault
  ) async throws {
    // A file of one byte needs a block, and each needs an inode.
    try await with(inodes: fault == .withoutInodes ? 300 : 1200) { site, disk in
      if fault == .full { try await disk.fill(leaving: 700) }
      let before = names(disk.folder)
      let result = try await export(site)
      let words =
        fault == .full ? " free and the export may need " : " more names and the export may"
      site.expect(result, 3, saying: [words, "Nothing was written"])
      #expect(names(disk.folder) == before)
      try await expectNoGeneration(site)
      guard fault == .full else { return }
      try disk.removeBallast()
      try await expectNextExport(site)
    }
  }

  @Test func `used up in the middle by somebody else: the row says so`() async throws {
    try await with { site, disk in
      let result = try await slowExport(site) { try await disk.fill() }
      site.expect(result, 2, saying: ["[web1]: rsync to ", "No space left on device", "df -h"])
      #expect(try await site.newest()?.hasPrefix("ERROR: rsync to ") == true)
      try await expectNoGeneration(site)
      try disk.removeBallast()
      try await expectNextExport(site)
    }
  }

  @Test func `broken in the middle: the row says so, and the copy is made anew on a mended disk`()
    async throws
  {
    try await with { site, disk in
      let result = try await slowExport(site) { try await disk.fail() }
      site.expect(result, 2, saying: ["[web1]: rsync to ", "Read-only file system", "dmesg"])
      try await expectNoGeneration(site)
      try await disk.unmount()
      try await disk.mount()
      try await expectNextExport(site)
    }
  }

  @Test func `pulled in the middle: nothing is written under its mount point, nothing counts`()
    async throws
  {
    try await with { site, disk in
      try site.configure(site.section("web1") + site.section("web2"))
      try await site.expectNextRun()
      let result = try await slowExport(site) { try await disk.unmount() }
      site.expect(
        result, 2,
        saying: ["[web1] the disk of '\(site.folder)/usb' went away", "[web2] ", "Mount it"])
      #expect(names("\(site.folder)/usb") == [])
      #expect(try await site.newest("web2")?.hasPrefix("OK: backup@") == true)
      try await expectNoGeneration(site)
      try await disk.mount()
      try await expectNoGeneration(site)
      try site.configure(site.section("web1"))
      try await expectNextExport(site)
    }
  }
}
