import Foundation
import TISBackupTestSupport
import Testing

/// A disk of backups that fails before a run or in the middle of it, and comes back.
@Suite("a disk that fails", .scratch, .timeLimit(.minutes(2)))
struct DiskFaultTests {
  /// What befalls a disk, and what takes it away again.
  enum Fault: String, CaseIterable {
    case full, withoutInodes, readOnly

    func strike(_ disk: LoopDisk) async throws {
      switch self {
      case .full: try await disk.fill()
      case .withoutInodes: try await disk.exhaust()
      case .readOnly: try await disk.remount("ro")
      }
    }

    func pass(_ disk: LoopDisk) async throws {
      switch self {
      case .full, .withoutInodes: try disk.removeBallast()
      case .readOnly: try await disk.remount("rw")
      }
    }

    /// How a run ends that meets it from the start, and what it says.
    var answer: (status: Int32, words: String) {
      switch self {
      case .full: (2, "full; Free space there")
      case .withoutInodes: (3, "No space left on device")
      case .readOnly: (3, "Read-only file system")
      }
    }
  }

  @Test(arguments: Fault.allCases)
  func `from the start: the run says so, nothing changes, and the next one is whole`(
    _ fault: Fault
  ) async throws {
    try await DiskSite.with(inodes: 256) { server in
      let site = server.site
      // A log of the same second would be there to be gone on with.
      for name in names("\(site.base)/log") where name.hasSuffix(".log") {
        try FileManager.default.removeItem(atPath: "\(site.base)/log/\(name)")
      }
      try await fault.strike(server.disk)
      let before = try await site.rows("SELECT * FROM stats")
      let result = try await site.run()
      site.expect(result, fault.answer.status, saying: [])
      #expect((result.stdout + result.stderr).contains(fault.answer.words), "\(result)")
      #expect(try await site.rows("SELECT * FROM stats") == before)
      try await site.expectCheck(fault == .readOnly ? 1 : 0, "last OK ")
      try await site.expectNoLie()
      try await fault.pass(server.disk)
      try await site.expectNextRun()
    }
  }

  @Test func `full in the middle of a copy: the row says so, and the next run takes up the work`()
    async throws
  {
    try await DiskSite.with { server in
      let site = server.site
      // The last file is too much, and what was kept of it goes when the next run begins it anew.
      try server.addBulk(8, kilobytes: 512)
      try await server.disk.fill(leaving: 3000)
      let result = try await site.run()
      site.expect(result, 2, saying: ["No space left on device", "df -h"])
      #expect(try await site.newest()?.hasPrefix("ERROR: rsync exit 11") == true)
      try await site.expectNoLie()
      try await site.expectCheck(0, "last OK ", "1 failed run since", "No space left on device")
      try server.disk.removeBallast()
      let left = try #require(names("\(site.base)/web1").first { $0.hasSuffix(".partial") })
      let kept = try facts("\(site.base)/web1/\(left)/bulk0").inode
      try await site.expectNextRun()
      #expect(try facts("\(site.base)/web1/\(site.snapshots()[1])/bulk0").inode == kept)
    }
  }

  /// The row has begun, and cannot be ended: who reads it sees that its writer is gone.
  @Test(arguments: [Fault.full, .withoutInodes])
  func `before the row can be ended: every tool knows that the run is dead`(_ fault: Fault)
    async throws
  {
    try await DiskSite.with(inodes: 256) { server in
      let site = server.site
      try server.addBulk(4, kilobytes: 100)
      let go = "\(site.folder)/go"
      try site.configure(
        site.section(
          "web1", "preexec_local = sh -c 'touch \(go).in; until [ -e \(go) ]; do sleep 0.05; done'"),
        global: DiskSite.unguarded)
      let result = try await site.run {
        try await waitUntil("the row has begun") { exists("\(go).in") }
        try await fault.strike(server.disk)
        try write("", to: go)
      }
      site.expect(result, 2, saying: ["No space left on device", "cannot use the catalog"])
      #expect(!result.stderr.contains("mounted, and has a backup run"), "\(result.stderr)")
      #expect(try await site.newest() == "Running: ")
      try await site.expectCheck(0, "last OK ", "1 run that died since", "is gone")
      #expect(try await site.tool("tisbackup-status").stdout.contains("\tdied\t"))
      try await site.expectNoLie()
      try await fault.pass(server.disk)
      try await site.expectNextRun()
      #expect(try await site.rows("SELECT status FROM stats") == ["OK", "ERROR", "OK"])
    }
  }

  @Test func `an error of the disk in the middle of a copy: what was told before it still holds`()
    async throws
  {
    try await DiskSite.with { server in
      let site = server.site
      try server.addBulk(1, kilobytes: 1000)
      try site.configure(site.section("web1", "bwlimit = 100"), global: DiskSite.unguarded)
      let result = try await site.run {
        try await site.waitForCopy(of: "bulk0")
        try await server.disk.fail()
      }
      site.expect(result, 2, saying: ["Read-only file system", "no journal can be made"])
      // The kernel itself does not tell that it refuses to write since.
      try await site.expectCheck(0, "last OK ", "1 run that died since", "is gone")
      site.expect(try await site.run(), 3, saying: ["Read-only file system", "dmesg"])
      try site.configure(site.section("web1"), global: DiskSite.unguarded)
      // As after a power cut, the disk has what was synced and no more.
      try await server.disk.unmount()
      try await server.disk.mount()
      try await site.expectNextRun()
      #expect(try await site.rows("SELECT status FROM stats") == ["OK", "ERROR", "OK"])
    }
  }

  @Test(arguments: [Fault.full, .withoutInodes])
  func `cleanup, the cure that is named, makes room on it`(_ fault: Fault) async throws {
    try await DiskSite.with(inodes: 256) { server in
      let site = server.site
      try server.addBulk(24, kilobytes: 80)
      let old = try await program([
        "faketime", "-f", "-60d", toolPath("tisbackup-run"), "-c", site.ini,
      ])
      #expect(old.status == 0, "\(old.stderr)")
      for number in 0..<24 {
        try FileManager.default.removeItem(atPath: "\(site.source)/bulk\(number)")
      }
      try await fault.strike(server.disk)
      #expect(try await site.run().status >= 2)
      let cleanup = try await site.tool("tisbackup-cleanup")
      #expect(cleanup.status == 0, "\(cleanup.stderr)")
      #expect(cleanup.stdout.contains("removed 1 backup"))
      #expect(names("\(site.base)/web1").filter { $0.hasPrefix(".trash") } == [])
      try await site.expectNextRun()
      #expect(site.snapshots().count == 2)
    }
  }
}
