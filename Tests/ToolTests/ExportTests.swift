import Foundation
import TISBackupTestSupport
import Testing

@Suite("tisbackup-export", .scratch)
struct ExportTests {
  private func target(_ site: Site) throws -> String {
    let disk = "\(site.folder)/disk"
    try makeFolder(disk)
    return disk
  }

  @Test("the newest good backup is copied, proven by sha256sum itself, and told in the catalog")
  func copies() async throws {
    let site = try await Site.start()
    _ = try await site.run()
    let disk = try target(site)
    let result = try await site.tool("tisbackup-export", "-x", disk)
    #expect(result.status == 0, "\(result.stderr)")
    let name = site.snapshots()[0]
    let same = try await program(["diff", "-r", site.source, "\(disk)/web1/\(name)"])
    #expect(same.status == 0)
    let proof = try await program(["sha256sum", "-c", "MANIFEST.sha256"], workingFolder: disk)
    #expect(proof.status == 0)
    #expect(proof.stdout.split(separator: "\n").count == 3)
    #expect(exists("\(disk)/RESTORE.txt"))
    #expect(try await sqlite("\(disk)/tisbackup.sqlite", "SELECT count(*) FROM stats") == ["2"])
    let row = try await site.rows(
      "SELECT status, backup_location FROM stats WHERE TYPE='EXPORT'")
    #expect(row == ["OK|\(disk)/web1/\(name)/"])
    #expect(names("\(disk)/web1").filter { $0.hasSuffix(".incoming") } == [])
  }

  @Test("so many generations stay as --keep says, hard-linked, each in the manifest")
  func generations() async throws {
    let site = try await Site.start()
    let disk = try target(site)
    for day in 1...3 {
      try write("day \(day)\n", to: "\(site.source)/one.txt")
      _ = try await site.run()
      #expect(try await site.tool("tisbackup-export", "-x", disk, "--keep", "2").status == 0)
    }
    let kept = names("\(disk)/web1").filter { $0.hasPrefix("2") }
    #expect(kept == Array(site.snapshots().suffix(2)))
    let inodes = try kept.map { try facts("\(disk)/web1/\($0)/big.bin").inode }
    #expect(inodes[0] == inodes[1])
    let proof = try await program(["sha256sum", "-c", "MANIFEST.sha256"], workingFolder: disk)
    #expect(proof.status == 0)
    #expect(proof.stdout.split(separator: "\n").count == 6)
  }

  @Test("a copy that rotted on the disk is found by the next export, and made again")
  func rot() async throws {
    let site = try await Site.start()
    _ = try await site.run()
    let disk = try target(site)
    _ = try await site.tool("tisbackup-export", "-x", disk)
    let file = "\(disk)/web1/\(site.snapshots()[0])/one.txt"
    // One bit, the time unchanged: nothing but the sum can tell.
    let rotten = try await program([
      "sh", "-c",
      #"touch -r "$1" "$1.t" && printf 'onf\n' >"$1" && touch -r "$1.t" "$1" && rm "$1.t""#,
      "sh", file,
    ])
    #expect(rotten.status == 0)
    let result = try await site.tool("tisbackup-export", "-x", disk)
    #expect(try text(file) == "one\n")
    #expect(result.status == 1, "\(result.stdout)\(result.stderr)")
    #expect(result.stdout.contains("1 file, such as 'one.txt', had gone bad on the target"))
    let proof = try await program(["sha256sum", "-c", "MANIFEST.sha256"], workingFolder: disk)
    #expect(proof.status == 0)
  }

  @Test("a file that rotted in an older generation does not spoil the next one")
  func olderRot() async throws {
    let site = try await Site.start()
    _ = try await site.run()
    let disk = try target(site)
    _ = try await site.tool("tisbackup-export", "-x", disk)
    let file = "\(disk)/web1/\(site.snapshots()[0])/one.txt"
    let rotten = try await program(
      [
        "sh", "-c", #"cp -p "$1" t && printf 'onf\n' >"$1" && touch -r t "$1""#, "sh", file,
      ], workingFolder: site.folder)
    #expect(rotten.status == 0)
    try write("new\n", to: "\(site.source)/new.txt")
    _ = try await site.run()
    let result = try await site.tool("tisbackup-export", "-x", disk)
    #expect(result.status == 1, "\(result.stdout)\(result.stderr)")
    #expect(try text("\(disk)/web1/\(site.snapshots()[1])/one.txt") == "one\n")
    #expect(try await site.tool("tisbackup-export", "-x", disk).status == 0)
  }

  @Test("a dry run says what would be copied and touches nothing")
  func dryRun() async throws {
    let site = try await Site.start()
    _ = try await site.run()
    let disk = try target(site)
    let result = try await site.tool("tisbackup-export", "-x", disk, "--dry-run")
    #expect(result.status == 0)
    #expect(result.stdout.contains("would become \(disk)/web1/"))
    #expect(names(disk) == [])
    #expect(try await site.rows("SELECT count(*) FROM stats") == ["1"])
  }

  @Test("a target that is not there, or lies among the backups, is refused")
  func badTarget() async throws {
    let site = try await Site.start()
    _ = try await site.run()
    let missing = try await site.tool("tisbackup-export", "-x", "\(site.folder)/usb")
    #expect(missing.status == 3)
    #expect(missing.stderr.contains("Mount the disk"))
    #expect(!exists("\(site.folder)/usb"))
    for place in [site.base, "\(site.base)/web1"] {
      let inside = try await site.tool("tisbackup-export", "-x", place)
      #expect(inside.status == 3)
      #expect(inside.stderr.contains("a copy beside its original is none"))
    }
    #expect(try await site.tool("tisbackup-export").status == 3)
  }

  @Test("a section without a good backup fails by itself; a partial one is never exported")
  func nothingGood() async throws {
    let server = try await OldServer.make(OldServer.section("web1") + OldServer.section("new"))
    let good = try await server.add(.init(ago: 20))
    try await server.add(.init(ago: 2, status: "Warning"))
    let disk = "\(server.folder)/disk"
    try makeFolder(disk)
    let result = try await server.tool("tisbackup-export", "-x", disk)
    #expect(result.status == 2)
    #expect(result.stdout.contains("no good backup on record"))
    let copies = names("\(disk)/web1").filter { $0.hasPrefix("2") }
    #expect(copies == [String(good.split(separator: "/").last ?? "")])
  }

  @Test("a dump that is one file is exported too")
  func file() async throws {
    let server = try await OldServer.make(
      "\n[vm]\ntype=xen-xva\nxcphost=h\nserver_name=vm\npassword_file=/p\n")
    let place = "\(server.base)/vm/vm-\(OldServer.name(Date(timeIntervalSinceNow: -7200))).xva"
    try makeFolder("\(server.base)/vm")
    try write("machine", to: place)
    try await server.add(.init(section: "vm", ago: 2, location: place), onDisk: false)
    let disk = "\(server.folder)/disk"
    try makeFolder(disk)
    #expect(try await server.tool("tisbackup-export", "-x", disk).status == 0)
    let proof = try await program(["sha256sum", "-c", "MANIFEST.sha256"], workingFolder: disk)
    #expect(proof.status == 0, "\(proof.stderr)")
    #expect(proof.stdout.contains(".xva: OK"))
  }
}
