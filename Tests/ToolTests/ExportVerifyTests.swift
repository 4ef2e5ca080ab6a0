import Foundation
import TISBackupTestSupport
import Testing

@Suite("tisbackup-export --verify", .scratch)
struct ExportVerifyTests {
  private let label = "v" + String(UInt32.random(in: .min ... .max), radix: 16)

  private func site() async throws -> (site: Site, disk: String) {
    let site = try await Site.start()
    #expect(try await site.run().status == 0)
    let disk = "\(site.folder)/disk"
    try makeFolder(disk)
    #expect(try await site.tool("tisbackup-export", "-x", disk).status == 0)
    return (site, disk)
  }

  @Test func `proves a folder, names what went bad, and the catalog knows`() async throws {
    let (site, disk) = try await site()
    let good = try await site.tool("tisbackup-export", "--verify", "-x", disk)
    #expect(good.status == 0, "\(good.stderr)")
    #expect(good.stdout.contains("1 generation, 3 files as in the manifest"))
    let known = "SELECT target, verified_status FROM export_targets"
    #expect(try await site.rows(known) == ["\(disk)|OK"])
    try write("bad", to: "\(disk)/web1/\(site.snapshots()[0])/one.txt")
    for sections in [[], ["-s", "web1"]] {
      let bad = try await tool(
        "tisbackup-export", ["-c", site.ini, "--verify", "-x", disk] + sections)
      #expect(bad.status == 2)
      #expect(bad.stdout.contains("'one.txt' has another content"), "\(bad.stdout)")
    }
    #expect(try await site.rows(known) == ["\(disk)|ERROR"])
    // A part that is well says nothing of the rest.
    try write("one\n", to: "\(disk)/web1/\(site.snapshots()[0])/one.txt")
    _ = try await site.tool("tisbackup-export", "--verify", "-x", disk, "-s", "web1")
    #expect(try await site.rows(known) == ["\(disk)|ERROR"])
  }

  @Test func `needs neither catalog nor ini, and writes nothing to the disk`() async throws {
    let (site, disk) = try await site()
    try FileManager.default.removeItem(atPath: site.base)
    let before = try await program(["ls", "-laR", "--full-time", disk]).stdout
    let result = try await tool(
      "tisbackup-export", ["--verify", "-x", disk],
      environment: ["TISBACKUP_CONFIG": "\(site.folder)/gone.ini"])
    #expect(result.status == 0, "\(result.stderr)")
    #expect(result.stdout.contains("3 files as in the manifest"))
    #expect(result.stderr.contains("not recorded"))
    #expect(try await program(["ls", "-laR", "--full-time", disk]).stdout == before)
  }

  @Test func `of a disk that failed is CRITICAL until it is read back whole`() async throws {
    let site = try await Site.start()
    #expect(try await site.run().status == 0)
    try await LoopDisk.plugged(label) { disk in
      #expect(try await site.tool("tisbackup-export", "--disk", label).status == 0)
      #expect(try await site.tool("tisbackup-export", "--verify", "--disk", label).status == 0)
      #expect(disk.points == [])
      let usb = "\(site.folder)/usb"
      let file = "\(usb)/web1/\(site.snapshots()[0])/one.txt"
      try await disk.mounted(usb) { try FileManager.default.removeItem(atPath: file) }
      let bad = try await site.tool("tisbackup-export", "--verify", "--disk", label)
      #expect(bad.status == 2 && bad.stdout.contains("'one.txt' is missing"), "\(bad)")
      let check = try await site.check("-T", "EXPORT")
      #expect(check.status == 2)
      #expect(
        check.stdout.contains("[CRITICAL] disk \(label) - failed its proof"), "\(check.stdout)")
      // The next export puts the file back, and the proof after it clears the disk.
      #expect(try await site.tool("tisbackup-export", "--disk", label).status == 1)
      #expect(try await site.check("-T", "EXPORT").status == 2)
      #expect(try await site.tool("tisbackup-export", "--verify", "--disk", label).status == 0)
      let last = try await site.check("-T", "EXPORT")
      #expect(last.stdout.contains("[OK] disk \(label) - "), "\(last.stdout)")
    }
  }

  @Test(arguments: [("missing", "is not a folder"), ("source", "has no MANIFEST.sha256")])
  func `of what holds no exports says so`(_ name: String, _ words: String) async throws {
    let site = try await site().site
    let result = try await site.tool(
      "tisbackup-export", "--verify", "-x", "\(site.folder)/\(name)")
    #expect(result.status == 3 && result.stderr.contains(words), "\(result.stderr)")
  }
}
