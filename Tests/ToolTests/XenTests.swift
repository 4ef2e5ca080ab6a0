import Foundation
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Machines of a Xen pool, as an administrator meets them: every tool, from the ini to the check.
@Suite(.scratch)
struct XenTests {
  private let folder = ScratchDirectory.path
  private var ini: String { "\(folder)/tisbackup-config.ini" }
  private var base: String { "\(folder)/base" }

  private func start(_ pool: XAPIPool = .sample, faults: [XAPIFault] = []) async throws
    -> XAPIHost
  {
    let host = try await XAPIHost.start(in: folder, pool: pool, faults: faults)
    try makeFolder(base)
    let login = try write("root\n\(pool.settings.password)\n", to: "\(folder)/xen.password")
    try write(
      """
      [global]
      backup_base_dir = \(base)
      backup_retention_time = 30
      maximum_backup_age = 30
      retries = 0
      [web1]
      type = xen-xva
      server_name = web1
      xcphost = \(host.address())
      password_file = \(login)
      use_compression = zstd
      [pool]
      type = xcp-dump-metadata
      server_name = \(host.address())
      password_file = \(login)
      [web1-copy]
      type = copy-vm-xcp
      server_name = \(host.address())
      vm_name = web1
      storage_name = Backups
      network_name = Pool-wide network associated with eth0
      password_file = \(login)

      """, to: ini)
    return host
  }

  private func tool(_ name: String, _ arguments: String...) async throws -> ToolResult {
    try await TISBackupTestSupport.tool(name, ["-c", ini] + arguments)
  }

  @Test func `a night: taken, proven, checked, exported, cleaned`() async throws {
    let host = try await start()
    let run = try await tool("tisbackup-run")
    #expect(run.status == 0, "\(run.stdout)\(run.stderr)")
    #expect(try host.leftovers == XAPILeftovers())
    let files = names("\(base)/web1").filter { $0.hasSuffix(".xva") }
    #expect(files.count == 1 && files[0].hasPrefix("web1-2"))
    #expect(
      names("\(base)/pool").contains { $0.hasPrefix("xcp_metadata-2") && $0.hasSuffix(".dump.gz") })
    #expect(
      !exists("\(base)/web1-copy") || !names("\(base)/web1-copy").contains { $0.hasPrefix("zzz") })

    let verify = try await tool("tisbackup-verify", "--all")
    #expect(verify.status == 0, "\(verify.stdout)")
    #expect(verify.stdout.contains("5 chunks as their xxHash says"), "\(verify.stdout)")
    #expect(verify.stdout.contains("2 files") == false || verify.stdout.contains("as recorded"))
    let check = try await TISBackupTestSupport.tool("check_tisbackup", ["-f", ini, "-t", "60"])
    #expect(check.status == 0, "\(check.stdout)")
    #expect(check.stdout.hasPrefix("TISBACKUP OK - 3 sections"), "\(check.stdout)")
    let disk = "\(folder)/disk"
    try makeFolder(disk)
    let export = try await tool("tisbackup-export", "-x", disk)
    #expect(export.status == 0, "\(export.stdout)\(export.stderr)")
    #expect(export.stdout.contains("leaves nothing on this server by design"))
    let exports = try await TISBackupTestSupport.tool(
      "check_tisbackup", ["-f", ini, "-t", "60", "-T", "EXPORT"])
    #expect(exports.status == 0, "\(exports.stdout)")
    let cleanup = try await tool("tisbackup-cleanup")
    #expect(cleanup.status == 0, "\(cleanup.stdout)\(cleanup.stderr)")
    #expect(names("\(base)/web1").contains(files[0]))
  }

  @Test func `a bit that changed on the disk is found by the proof, with its chunk`() async throws {
    let host = try await start()
    let run = try await tool("tisbackup-run", "-s", "web1")
    try #require(run.status == 0, "\(run.stdout)\(run.stderr)")
    let name = try #require(names("\(base)/web1").first { $0.hasSuffix(".xva") })
    let file = try #require(FileHandle(forUpdatingAtPath: "\(base)/web1/\(name)"))
    try file.seek(toOffset: 1_000_000)
    let byte = try #require(try file.read(upToCount: 1)?.first)
    try file.seek(toOffset: 1_000_000)
    try file.write(contentsOf: [byte ^ 1])
    try file.close()
    await host.stop()
    let verify = try await tool("tisbackup-verify", "-s", "web1")
    #expect(verify.status == 2)
    let check = try await TISBackupTestSupport.tool(
      "check_tisbackup", ["-f", ini, "-t", "60", "-s", "web1"])
    #expect(check.status == 2, "\(check.stdout)")
  }

  @Test func `a run that is killed in an export leaves its row and its snapshot to the next`()
    async throws
  {
    let host = try await start(faults: [.stall(at: 2_000_000)])
    let killed = try await KilledProgram.run(
      [
        "env", "TISBACKUP_STATE=\(folder)/state", toolPath("tisbackup-run"), "-c", ini, "-q", "-s",
        "web1",
      ], seconds: 6, output: "\(folder)/said")
    #expect(killed.wasKilled)
    let check = try await TISBackupTestSupport.tool(
      "check_tisbackup", ["-f", ini, "-t", "60", "-s", "web1"])
    #expect(check.status == 2, "\(check.stdout)")
    try host.set(faults: [])
    // curl may live a moment longer than the tool, and holds the section as long.
    try await host.becomesIdle()
    let next = try await tool("tisbackup-run", "-s", "web1")
    #expect(next.status == 0, "\(next.stdout)\(next.stderr)")
    #expect(try host.leftovers.tagged == [] && host.leftovers.disks == [])
    #expect(!names("\(base)/web1").contains { $0.hasSuffix(".partial") })
  }

  @Test func `a failure is a row, a line with its cure, and a state of the check`() async throws {
    let host = try await start(faults: [.cut(at: 2_000_000)])
    let run = try await tool("tisbackup-run", "-s", "web1")
    #expect(run.status == 2)
    #expect(run.stdout.contains("the export of 'web1' ended too early"), "\(run.stdout)")
    #expect(names("\(base)/web1").allSatisfy { $0.hasPrefix(".") })
    #expect(try host.leftovers == XAPILeftovers())
    let status = try await tool("tisbackup-status", "-s", "web1", "--json")
    #expect(status.stdout.contains("ended too early") && !status.stdout.contains("OpaqueRef"))
  }

  @Test func `trying tells what would be done, and a dry run shows no secret`() async throws {
    let host = try await start()
    let tried = try await tool("tisbackup-run", "--test-connection")
    #expect(tried.status == 0, "\(tried.stdout)\(tried.stderr)")
    #expect(tried.stdout.contains("would export 'web1'"))
    #expect(tried.stdout.contains("would copy 'web1'"))
    #expect(tried.stdout.contains("would fetch the database of the pool"))
    let calls = try host.calls.count
    let dry = try await tool("tisbackup-run", "--dry-run")
    #expect(dry.status == 0, "\(dry.stdout)\(dry.stderr)")
    #expect(
      dry.stdout.contains("curl -q -K -") && !dry.stdout.contains(host.pool.settings.password))
    #expect(try host.calls.count == calls)
    let ini = try await tool("tisbackup-run", "--check-config")
    #expect(ini.status == 0, "\(ini.stdout)")
  }
}
