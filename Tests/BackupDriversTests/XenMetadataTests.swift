import BackupDrivers
import BackupProofs
import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// The database of a pool, by https from a host and by ssh from its control domain.
@Suite(.scratch)
struct XenMetadataTests {
  private let type = "xen-meta-data"

  @Test func `comes whole from the master, and its content is told`() async throws {
    var pool = XAPIPool.sample
    (pool.size, pool.master) = (2, 1)
    let bench = try await XenBench.start(pool)
    let outcome = try await bench.backUp(try bench.section(type))
    #expect(outcome.status == .ok)
    #expect(outcome.log == "4 machines, 2 hosts, 3 storages")
    let text = try await program(["gzip", "-dc", bench.file])
    #expect(text.stdout.contains("<table name=\"VM\">") && text.status == 0)
    #expect(outcome.bytes ?? 0 > 100)
    try await bench.expectNothingLeft()
  }

  @Test func `the old name of the type serves as well`() async throws {
    let bench = try await XenBench.start()
    #expect(try await bench.backUp(try bench.section("xcp-dump-metadata")).status == .ok)
  }

  @Test(
    arguments: [
      ([.cut(path: "/pool/xmldbdump", at: 500, task: .pending)], .unproven, "section [vm]: "),
      ([.minimalDatabase], .unproven, "section [vm]: "),
      ([.page(path: "/pool/xmldbdump", at: 300)], .unproven, "section [vm]: "),
      ([.status(path: "/pool/xmldbdump", code: 403)], .refused, "HTTP 403"),
      ([.status(path: "/pool/xmldbdump", code: 500)], .transport, "HTTP 500"),
      ([.stall(path: "/pool/xmldbdump", at: 300)], .transport, "nothing came"),
      (
        [.taskFailure(path: "/pool/xmldbdump", error: ["INTERNAL_ERROR", "database"])], .driver,
        "INTERNAL_ERROR"
      ),
      ([.loginRefused(error: ["RBAC_PERMISSION_DENIED"])], .refused, "RBAC_PERMISSION_DENIED"),
    ] as [([XAPIFault], BackupError.Code, String)])
  func `what is not whole is no backup`(
    _ faults: [XAPIFault], _ code: BackupError.Code, _ words: String
  ) async throws {
    let bench = try await XenBench.start(faults: faults)
    let error = await bench.failure(
      try bench.section(type, words == "nothing came" ? "idle_timeout = 2s" : ""))
    #expect(error?.code == code, "\(error?.description ?? "")")
    #expect(error?.message.text.contains(words) == true, "\(error?.description ?? "")")
    #expect(error?.hint != nil, "\(error?.description ?? "")")
    #expect(!exists(bench.file))
    try bench.host.set(faults: [])
    try await bench.expectNothingLeft()
  }

  @Test func `trying the connection by https changes nothing`() async throws {
    let bench = try await XenBench.start()
    let found = try await BackupDrivers.make(try bench.section(type))
      .testConnection(using: bench.world)
    #expect(found[1] == "would fetch the database of the pool, which has 1 host")
    try await bench.expectNothingLeft()
  }

  @Test func `one of both ways must be given`() throws {
    let section = try Configuration.section("[vm]\ntype = xen-meta-data\nserver_name = xen1")
    let error = #expect(throws: BackupError.self) { try BackupDrivers.make(section) }
    #expect(
      error?.message.text.contains("needs the key 'password_file', or 'private_key'") == true)
  }

  /// A control domain whose `xe` is a script.
  private func overSSH(_ script: String) async throws -> (XenBench, Section) {
    let folder = ScratchDirectory.path
    let server = try await SSHServer.start(in: folder)
    let bench = try await XenBench.start()
    try writeScript(script, to: "\(folder)/xe")
    // The path on a real host is fixed; a forced command stands in for that machine.
    let keys = "\(folder)/authorized_keys"
    try write(
      "command=\"\(folder)/xe\" \(text(keys))", to: keys)
    let section = try Configuration.section(
      "[vm]\ntype = xen-meta-data\nretries = 0\n\(server.iniLines)")
    servers.hold(server)
    return (bench, section)
  }

  private let servers = Held()

  /// Keeps a server until the test is over.
  private final class Held: @unchecked Sendable {
    private var all: [SSHServer] = []
    func hold(_ server: SSHServer) { all.append(server) }
  }

  @Test func `comes by ssh without a byte being changed`() async throws {
    let sample = try await XenBench.start()
    try await sample.backUp(try sample.section(type))
    let plain = "\(ScratchDirectory.path)/database.xml"
    #expect(try await program(["sh", "-c", "gzip -dc \(sample.file) >\(plain)"]).status == 0)
    let (bench, section) = try await overSSH(
      """
      eval "set -- $SSH_ORIGINAL_COMMAND"
      [ "$*" = "/opt/xensource/bin/xe pool-dump-database file-name=" ] || exit 9
      [ -t 1 ] && exit 8
      cat \(plain)
      """)
    let outcome = try await bench.backUp(section)
    #expect(outcome.status == .ok && outcome.log.hasSuffix("storages"), "\(outcome.log)")
    let compared = try await program(["sh", "-c", "gzip -dc \(bench.file) | cmp - \(plain)"])
    #expect(compared.status == 0)
  }

  @Test(arguments: [
    ("echo 'The host is not the master' >&2; exit 1", BackupError.Code.driver, "not the master"),
    ("echo '<database><manifest></manifest>'; exit 0", .unproven, "section [vm]: "),
    ("exit 0", .unproven, "section [vm]: "),
    ("exit 127", .driver, "exit 127"),
  ])
  func `what fails over there is told`(_ script: String, _ code: BackupError.Code, _ words: String)
    async throws
  {
    let (bench, section) = try await overSSH(script)
    let error = await bench.failure(section)
    #expect(error?.code == code, "\(error?.description ?? "")")
    #expect(error?.message.text.contains(words) == true, "\(error?.description ?? "")")
    #expect(!exists(bench.file))
  }
}
