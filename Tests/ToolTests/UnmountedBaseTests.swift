import Foundation
import TISBackupTestSupport
import Testing

/// A disk of backups that is not where it should be: what lies under its mount point is nobody's.
@Suite("a disk that is not mounted", .scratch, .timeLimit(.minutes(2)))
struct UnmountedBaseTests {
  private static let cure = "Is its disk mounted? Mount it."

  /// Everything that can be told of the mount point, without a disk on it.
  private func mountPoint(_ site: Site) async throws -> String {
    let format = "%p %y %s %i %m %n %T@ %C@\\n"
    return try await program(["find", site.base, "-printf", format]).stdout
  }

  @Test func `no tool begins, writes a byte or takes it for a new server`() async throws {
    try await DiskSite.with { server in
      let site = server.site
      let usb = "\(site.folder)/usb"
      try makeFolder(usb)
      try await server.disk.unmount()
      let before = try await mountPoint(site)
      let tools = [
        ["tisbackup-run"], ["tisbackup-run", "--retry-failed"], ["tisbackup-cleanup"],
        ["tisbackup-register"], ["tisbackup-verify"], ["tisbackup-export", "-x", usb],
      ]
      for words in tools {
        let result = try await site.tool(words[0], Array(words.dropFirst()))
        site.expect(result, 3, saying: [site.base, Self.cure])
        #expect(result.stdout == "")
      }
      // Who only reads meets the catalog first, which is not there.
      site.expect(try await site.tool("tisbackup-status"), 3, saying: [site.base, "mounted"])
      try await site.expectCheck(3, "UNKNOWN", "Is backup_base_dir mounted")
      #expect(try await mountPoint(site) == before)
      #expect(names(usb) == [])
      try await server.disk.mount()
      try await site.expectCheck(0, "last OK")
      try await site.expectNextRun()
    }
  }

  @Test func `pulled during the first section: the second is not begun under the mount point`()
    async throws
  {
    try await DiskSite.with { server in
      let site = server.site
      // What never ran may take longest, and begins first.
      let pull = "postexec_local = umount --lazy \(site.base)"
      try site.configure(
        site.section("web1") + site.section("web2", pull), global: DiskSite.unguarded)
      let result = try await site.run("-j", "1")
      site.expect(result, 2, saying: ["[web1] ", "[web2] ", Self.cure])
      #expect(result.stderr.contains("its disk unmounted, while it was open"), "\(result.stderr)")
      #expect(names(site.base) == [])
      try await site.expectCheck(3, "UNKNOWN", "Is backup_base_dir mounted")
      try await server.disk.mount()
      try await site.expectCheck(
        2, "web2 - no good backup on record; 1 run that died", "[OK] web1 - last OK")
      try await site.expectNoLie()
      try site.configure(
        site.section("web1") + site.section("web2"), global: DiskSite.unguarded)
      try await site.expectNextRun()
    }
  }

  @Test func `a new disk in its place is refused until somebody says that it is meant`()
    async throws
  {
    try await DiskSite.with { server in
      let site = server.site
      try await server.disk.unmount()
      try await LoopDisk.mounted(site.base) { _ in
        let before = try await mountPoint(site)
        let marker = "\(site.base)/.tisbackup-base"
        site.expect(try await site.run(), 3, saying: [Self.cure, "touch '\(marker)'"])
        try await site.expectCheck(3, "UNKNOWN", "Is backup_base_dir mounted")
        #expect(try await mountPoint(site) == before)
        try write("", to: marker)
        try await site.expectNextRun()
        #expect(site.snapshots().count == 1)
      }
      try await server.disk.mount()
      try await site.expectNextRun()
      #expect(site.snapshots().count == 2)
    }
  }
}
