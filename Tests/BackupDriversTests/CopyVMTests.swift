import BackupDrivers
import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Copies of machines on another storage of their pool.
@Suite(.scratch)
struct CopyVMTests {
  private let type = "copy-vm-xcp"
  private static let mark = "vm@\(MachineName.current())"

  /// The names of the machines that begin like copies.
  private func copies(_ bench: XenBench) throws -> [String] {
    guard case .object(let machines)? = try bench.host.objects["VM"] else { return [] }
    return machines.values.compactMap { $0["name_label"]?.string }
      .filter { $0.hasPrefix("zzz-") }.sorted()
  }

  @Test func `a copy is a machine of its own, on the storage and the network that were named`()
    async throws
  {
    let bench = try await XenBench.start()
    let outcome = try await bench.backUp(try bench.section(type))
    #expect(outcome.status == .ok, "\(outcome.log)")
    let names = try copies(bench)
    #expect(names.count == 1 && names[0].wholeMatch(of: #/zzz-web1-\d{8}-\d\dh\d\dm\d\d/#) != nil)
    #expect(outcome.log == "'\(names[0])' on 'Backups', 2 disks of 7.9 MiB")
    #expect(outcome.bytes == Int64((5 << 20) + 3_000_000))
    #expect(outcome.location == nil)
    let copy = try bench.host.records("VM", named: names[0])[0]
    #expect(copy["is_a_template"] == .flag(false))
    #expect(copy["power_state"] == .text("Halted"))
    #expect(copy["other_config"]?["tisbackup:job"] == .text(Self.mark))
    #expect(copy["name_description"] == .text("copy of web1 by tisbackup, section vm"))
    #expect(copy["VIFs"]?.items.count == 1)
    try await bench.expectNothingLeft()
  }

  @Test func `a copy is started when it is asked for, and a machine that is halted runs again`()
    async throws
  {
    let bench = try await XenBench.start()
    let outcome = try await bench.backUp(
      try bench.section(type, "start_vm = yes\nhalt_vm = yes"))
    #expect(outcome.status == .ok, "\(outcome.log)")
    let name = try #require(try copies(bench).first)
    #expect(try bench.host.records("VM", named: name)[0]["power_state"] == .text("Running"))
    try await bench.expectNothingLeft()
    #expect(try bench.marks == [])
  }

  @Test func `old copies beyond the number go, by their exact name, and only after the new one`()
    async throws
  {
    var pool = XAPIPool.sample
    for name in [
      "zzz-web1-20260101-01h02m03", "zzz-web1-20260102-01h02m03", "zzz-web1-20260103-01h02m03",
      "zzz-web1-mail-20260101-01h02m03", "zzz-web1-old", "zzz-db1-20260101-01h02m03",
    ] {
      pool.machines.append(XAPIPool.Machine(name, disks: [XAPIPool.Disk(1 << 20)]))
    }
    var foreign = XAPIPool.Machine("zzz-web1-20260104-01h02m03")
    foreign.otherConfig = ["tisbackup:job": "vm@another"]
    var running = XAPIPool.Machine("zzz-web1-20251231-01h02m03", state: .running)
    running.disks = [XAPIPool.Disk(1 << 20)]
    pool.machines += [foreign, running]
    let bench = try await XenBench.start(pool)
    let outcome = try await bench.backUp(try bench.section(type, "max_copies = 2"))
    #expect(outcome.status == .warning)
    #expect(
      outcome.log.hasPrefix(
        "'zzz-web1-20251231-01h02m03' is beyond max_copies, and stays: it is running"))
    #expect(
      outcome.log.contains(
        "removed 'zzz-web1-20260102-01h02m03', 'zzz-web1-20260101-01h02m03'"), "\(outcome.log)")
    let left = try copies(bench)
    #expect(left.count == 7)
    for name in [
      "zzz-web1-20251231-01h02m03", "zzz-web1-20260103-01h02m03", "zzz-web1-20260104-01h02m03",
      "zzz-web1-mail-20260101-01h02m03", "zzz-web1-old", "zzz-db1-20260101-01h02m03",
    ] { #expect(left.contains(name), "\(name) of \(left)") }
    let changes = try bench.changes()
    let named = try #require(changes.lastIndex(of: "VM.set_name_label"))
    let destroyed = try #require(changes.lastIndex(of: "VM.destroy"))
    #expect(named < destroyed)
  }

  struct Trouble: Sendable, CustomTestStringConvertible {
    var name: String
    var faults: [XAPIFault]
    var code: BackupError.Code
    var words: String
    var left = XAPILeftovers()
    var testDescription: String { name }
  }

  static let troubles = [
    Trouble(
      name: "a storage that is full", faults: [.fullStorage(during: "VM.copy")], code: .driver,
      words: "SR_FULL"),
    Trouble(
      name: "no room for a snapshot", faults: [.fullStorage(during: "VM.snapshot")],
      code: .driver, words: "SR_FULL"),
    Trouble(
      name: "a network that cannot be joined",
      faults: [.failing("VIF.create", error: ["NETWORK_ALREADY_CONNECTED"])], code: .driver,
      words: "NETWORK_ALREADY_CONNECTED"),
    Trouble(
      name: "an answer that is lost", faults: [.dropped("Async.VM.copy", performed: true)],
      code: .transport, words: "localhost",
      left: XAPILeftovers(tasks: ["Async.VM.copy: success"])),
    Trouble(
      name: "a copy that cannot be named",
      faults: [.failing("VM.set_name_label", error: ["INTERNAL_ERROR"])], code: .driver,
      words: "INTERNAL_ERROR"),
  ]

  @Test(arguments: troubles)
  func `leaves no half copy and no snapshot, and the old copy stays`(_ trouble: Trouble)
    async throws
  {
    var pool = XAPIPool.sample
    pool.settings.polls = 0
    let old = "zzz-web1-20260101-01h02m03"
    pool.machines.append(XAPIPool.Machine(old, disks: [XAPIPool.Disk(1 << 20)]))
    let bench = try await XenBench.start(pool, faults: trouble.faults)
    let error = await bench.failure(try bench.section(type))
    #expect(error?.code == trouble.code, "\(error?.description ?? "")")
    #expect(error?.message.text.contains(trouble.words) == true, "\(error?.description ?? "")")
    try bench.host.set(faults: [])
    #expect(try copies(bench) == [old])
    try await bench.expectNothingLeft(except: trouble.left)
  }

  @Test func `what a killed run left is removed by the next one`() async throws {
    var pool = XAPIPool.sample
    pool.machines[0].snapshots = [.init("tisbackup \(Self.mark) 20261127-01h02m03")]
    pool.machines.append(
      XAPIPool.Machine(
        "zzz-web1-20261127-01h02m03.partial", disks: [XAPIPool.Disk(1 << 20)]))
    let bench = try await XenBench.start(pool)
    let outcome = try await bench.backUp(try bench.section(type))
    #expect(outcome.status == .ok, "\(outcome.log)")
    #expect(try copies(bench).count == 1)
    #expect(bench.notes.texts(.warning).count == 2)
  }

  @Test(arguments: [
    ("vm_name = nobody", "there is no virtual machine 'nobody'"),
    ("storage_name = Nowhere", "key 'storage_name': the pool has none of the name 'Nowhere'"),
    ("network_name = none", "key 'network_name': the pool has none of the name 'none'"),
  ])
  func `what is not there is told before anything is changed`(_ line: String, _ words: String)
    async throws
  {
    let bench = try await XenBench.start()
    let error = await bench.failure(try bench.section(type, line))
    #expect(error?.code == .driver)
    #expect(error?.message.text.contains(words) == true, "\(error?.description ?? "")")
    #expect(try bench.changes() == [])
    try await bench.expectNothingLeft()
  }

  @Test func `a snapshot stays where the section keeps it, until the next run`() async throws {
    let bench = try await XenBench.start()
    let section = try bench.section(type, "delete_snapshot = no")
    try await bench.backUp(section)
    #expect(try bench.host.leftovers.tagged.count == 1)
  }

  @Test func `trying the connection looks for all of it`() async throws {
    let bench = try await XenBench.start()
    let found = try await BackupDrivers.make(try bench.section(type))
      .testConnection(using: bench.world)
    #expect(found[1].hasSuffix("2 disks of 7.9 MiB, to 'Backups'"))
    #expect(try bench.changes() == [])
  }
}
