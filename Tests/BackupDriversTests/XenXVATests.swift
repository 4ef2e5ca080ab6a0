import BackupDrivers
import BackupProofs
import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Exports of machines, from the hosts of a pool to a proven file.
@Suite(.scratch)
struct XenXVATests {
  @Test(arguments: [
    ("false", "ova.xml"), ("none", "ova.xml"), ("no", "ova.xml"), ("true", "gzip"),
    ("gzip", "gzip"), ("yes", "gzip"), ("zstd", "zstd"),
  ])
  func `a machine comes whole, compressed as the section says`(_ word: String, _ form: String)
    async throws
  {
    let bench = try await XenBench.start()
    let outcome = try await bench.backUp(
      try bench.section("xen-xva", "use_compression = \(word)"))
    #expect(outcome.status == .ok, "\(outcome.log)")
    #expect(outcome.log.hasPrefix("2 disks (7.9 MiB) whole, 5 chunks as their xxHash says"))
    #expect(outcome.log.hasSuffix(form == "ova.xml" ? "8.3.0" : "compressed with \(form)"))
    let size = try bench.file.size
    #expect(outcome.bytes == size && outcome.writtenBytes == size && size > 3_000_000)
    let unpack = form == "ova.xml" ? "cat" : form
    let listing = try await program([
      "sh", "-c", "\(unpack) \(unpack == "cat" ? "" : "-dc") <\(bench.file) | tar tf -",
    ])
    #expect(listing.stdout.hasPrefix("ova.xml\n") && listing.status == 0)
    #expect(listing.stdout.split(separator: "\n").count == 11)
    try await bench.expectNothingLeft()
  }

  @Test func `what is done on the host, in its order`() async throws {
    let bench = try await XenBench.start()
    try await bench.backUp(try bench.section("xen-xva"))
    #expect(
      try bench.changes() == [
        "Async.VM.snapshot", "VM.add_to_other_config", "VM.set_is_a_template", "GET /export",
        "VM.remove_from_other_config", "VM.add_to_other_config", "VM.destroy", "VDI.destroy",
        "VDI.destroy", "VM.remove_from_other_config",
      ])
    let sessions = try bench.host.calls.filter { $0.method.hasPrefix("session.") }
    #expect(
      sessions.map(\.method) == ["session.login_with_password", "session.logout"])
    #expect(try bench.host.calls.allSatisfy { $0.outcome == "ok" || $0.outcome == "200" })
  }

  @Test func `a machine of old hosts, with SHA-1 and fewer parameters`() async throws {
    var pool = XAPIPool.sample
    pool.settings.generation = .old
    pool.settings.export.checksum = .checksum
    let bench = try await XenBench.start(pool)
    let outcome = try await bench.backUp(try bench.section("xen-xva"))
    #expect(outcome.log.contains("as their SHA-1 says"))
    try await bench.expectNothingLeft()
  }

  @Test func `a machine is found by its UUID too, and two of one name only so`() async throws {
    var pool = XAPIPool.sample
    let uuid = "0c2f1a52-8d5e-4b8f-9a52-1d3f7e1b2a01"
    pool.machines[3].uuid = uuid
    let bench = try await XenBench.start(pool)
    let outcome = try await bench.backUp(
      try bench.section("xen-xva", "server_name = \(uuid)"))
    #expect(outcome.status == .ok)
    let error = await bench.failure(try bench.section("xen-xva", "server_name = twin"))
    #expect(error?.code == .driver)
    #expect(error?.message.text.contains("2 virtual machines have the name 'twin'") == true)
    #expect(error?.message.text.contains(uuid) == true)
    #expect(error?.hint?.text.contains("UUID") == true)
    try await bench.expectNothingLeft()
  }

  @Test(arguments: [
    ("nobody", "there is no virtual machine 'nobody' in the pool of localhost"),
    ("golden", ", only a template"), ("tisbackup-old", ", only a snapshot"),
    ("00000000-0000-0000-0000-000000000000", "there is no virtual machine"),
  ])
  func `what is no machine is refused`(_ name: String, _ words: String) async throws {
    var pool = XAPIPool.sample
    pool.machines[0].snapshots = [.init("tisbackup-old")]
    let bench = try await XenBench.start(pool)
    let error = await bench.failure(try bench.section("xen-xva", "server_name = \(name)"))
    #expect(error?.code == .driver)
    #expect(error?.message.text.hasPrefix("section [vm]: there is no virtual machine") == true)
    #expect(error?.message.text.contains(words) == true, "\(error?.description ?? "")")
    try await bench.expectNothingLeft()
  }

  @Test
  func `a host that says which one is the master is followed, and so is one that sends us on`()
    async throws
  {
    var pool = XAPIPool.sample
    (pool.size, pool.master) = (3, 1)
    let bench = try await XenBench.start(pool, faults: [.redirect(to: 2)])
    let outcome = try await bench.backUp(try bench.section("xen-xva"))
    #expect(outcome.status == .ok)
    #expect(
      try bench.host.calls.filter { $0.method == "GET /export" }.map(\.host) == [1, 2])
    // Each of them has a certificate of its own.
    for index in 0..<3 {
      #expect(bench.certificates.fingerprint(of: bench.host.address(index)) != nil)
    }
    try await bench.expectNothingLeft()
  }

  @Test func `hosts that send us in circles are given up`() async throws {
    var pool = XAPIPool.sample
    pool.size = 2
    let bench = try await XenBench.start(
      pool, faults: [.redirect(to: 1, times: .max), .on(host: 1, .redirect(to: 0, times: .max))])
    let error = await bench.failure(try bench.section("xen-xva"))
    #expect(error?.message.text.contains("from one to the other") == true)
    try await bench.expectNothingLeft()
  }

  @Test func `a stream of a host that closes without a farewell is whole all the same`()
    async throws
  {
    let bench = try await XenBench.start()
    try await bench.backUp(try bench.section("xen-xva"))
    let size = Int(try bench.file.size)
    try bench.host.set(faults: [.cut(at: size, ending: .close, task: .success)])
    #expect(try await bench.backUp(try bench.section("xen-xva")).status == .ok)
    try await bench.expectNothingLeft()
  }

  @Test func `the file can be read again at once, and is proven then as well`() async throws {
    let bench = try await XenBench.start()
    let section = try bench.section("xen-xva", "verify_export = yes")
    #expect(try await bench.backUp(section).status == .ok)
    #expect(try await XVAProof.prove(bench.file, using: bench.world) != nil)
  }

  @Test func `asking for less than TLS is told, and not heeded`() async throws {
    let bench = try await XenBench.start()
    try await bench.backUp(try bench.section("xen-xva", "enable_https = no"))
    #expect(bench.notes.texts().contains { $0.hasPrefix("enable_https = no is not heeded") })
    try await bench.backUp(try bench.section("xen-xva"))
    #expect(bench.notes.texts().filter { $0.hasPrefix("enable_https") }.count == 1)
  }

  @Test func `no secret is where anybody could read it`() async throws {
    var pool = XAPIPool.sample
    pool.settings.password = "s3cret \(UUID().uuidString)"
    let bench = try await XenBench.start(pool)
    let file = try write("root\n\(pool.settings.password)\n", to: "\(bench.folder)/own.password")
    let section = try bench.section("xen-xva", "password_file = \(file)")
    let secret = pool.settings.password
    let watched = try await SecretWatch.leaks(of: [secret]) { try await bench.backUp(section) }
    #expect(watched.leaks == [] && watched.rounds > 3)
    #expect(!bench.notes.texts(.debug).contains { $0.contains(secret) || $0.contains("OpaqueRef") })
    #expect(!watched.result.log.contains("OpaqueRef"))
  }

  @Test func `trying a connection tells what would be exported, and changes nothing`() async throws
  {
    let bench = try await XenBench.start()
    let driver = try BackupDrivers.make(try bench.section("xen-xva"))
    let found = try await driver.testConnection(using: bench.world)
    #expect(found[0] == "logged in to \(bench.host.address())")
    #expect(found[1].hasPrefix("would export 'web1' ("))
    #expect(found[1].hasSuffix("which is running, with 2 disks of 7.9 MiB"))
    #expect(try bench.changes() == [])
    #expect(bench.certificates.fingerprint(of: bench.host.address()) == nil)
    try await bench.expectNothingLeft()
  }
}

extension String {
  /// Bytes of the file of this path.
  fileprivate var size: Int64 {
    get throws {
      let attributes = try FileManager.default.attributesOfItem(atPath: self)
      return attributes[.size] as? Int64 ?? Int64(attributes[.size] as? Int ?? -1)
    }
  }
}
