import BackupDrivers
import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Machines that are stopped for their snapshot, and run again whatever happens; and snapshots that
/// were there before.
@Suite(.scratch)
struct XenStandstillTests {
  private static let mark = "vm@\(MachineName.current())"

  @Test func `a machine stands still for its snapshot alone`() async throws {
    let bench = try await XenBench.start()
    let outcome = try await bench.backUp(try bench.section("xen-xva", "halt_vm = yes"))
    #expect(outcome.status == .ok)
    #expect(
      try bench.changes() == [
        "VM.remove_from_other_config", "VM.add_to_other_config", "Async.VM.clean_shutdown",
        "Async.VM.snapshot", "VM.add_to_other_config", "VM.set_is_a_template",
        "VM.remove_from_other_config", "Async.VM.start", "VM.remove_from_other_config",
        "GET /export", "VM.remove_from_other_config", "VM.add_to_other_config", "VM.destroy",
        "VDI.destroy", "VDI.destroy", "VM.remove_from_other_config",
      ])
    try await bench.expectNothingLeft()
    #expect(try bench.marks == [])
  }

  @Test(arguments: [.halted, .paused, .suspended] as [XAPIPool.State])
  func `one that does not run is left as it is`(_ state: XAPIPool.State) async throws {
    var pool = XAPIPool.sample
    pool.machines[0].state = state
    let bench = try await XenBench.start(pool)
    #expect(
      try await bench.backUp(try bench.section("xen-xva", "halt_vm = yes")).status == .ok)
    #expect(try !bench.changes().contains { $0.contains("start") || $0.contains("shutdown") })
    #expect(
      try bench.host.records("VM", named: "web1")[0]["power_state"] == .text(state.rawValue))
  }

  struct Trouble: Sendable, CustomTestStringConvertible {
    var name: String
    var fault: XAPIFault
    var code: BackupError.Code
    var words: String
    var left = XAPILeftovers()
    var testDescription: String { name }
  }

  static let troubles = [
    Trouble(
      name: "has no guest tools",
      fault: .failing("VM.clean_shutdown", error: ["VM_LACKS_FEATURE", "OpaqueRef:x"]),
      code: .driver, words: "VM_LACKS_FEATURE"),
    Trouble(
      name: "does not listen",
      fault: .failing("VM.clean_shutdown", error: ["VM_SHUTDOWN_TIMEOUT", "OpaqueRef:x", "1200"]),
      code: .driver, words: "VM_SHUTDOWN_TIMEOUT"),
    Trouble(
      name: "takes for ever", fault: .endless("VM.clean_shutdown"), code: .overtime,
      words: "the shutdown of 'web1' was not done within 15m"),
    Trouble(
      name: "has no room for a snapshot", fault: .fullStorage(during: "VM.snapshot"),
      code: .driver, words: "SR_FULL"),
    Trouble(
      name: "has a snapshot that takes for ever", fault: .endless("VM.snapshot"), code: .overtime,
      words: "the snapshot of 'web1'"),
    Trouble(
      name: "is on a host that does not answer any more",
      fault: .dropped("Async.VM.snapshot", performed: true), code: .transport, words: "localhost",
      left: XAPILeftovers(tasks: ["Async.VM.snapshot: success"])),
    Trouble(
      name: "has an export that breaks", fault: .cut(at: 2_000_000), code: .driver,
      words: "ended too early"),
  ]

  @Test(arguments: troubles)
  func `a machine runs again, also one that`(_ trouble: Trouble) async throws {
    var pool = XAPIPool.sample
    // What nobody asks after has ended by itself.
    pool.settings.polls = 0
    let bench = try await XenBench.start(pool, faults: [trouble.fault])
    let error = await bench.failure(try bench.section("xen-xva", "halt_vm = yes"))
    #expect(error?.code == trouble.code, "\(error?.description ?? "")")
    #expect(error?.message.text.contains(trouble.words) == true, "\(error?.description ?? "")")
    #expect(error?.message.text.contains("IS DOWN") == false)
    try bench.host.set(faults: [])
    try await bench.expectNothingLeft(except: trouble.left)
    let machine = try bench.host.records("VM", named: "web1")[0]
    #expect(machine["power_state"] == .text("Running"))
    #expect(try bench.marks == [])
  }

  @Test func `one that does not start is shouted about, kept marked, and started by the next run`()
    async throws
  {
    let bench = try await XenBench.start(
      faults: [.failing("VM.start", error: ["NO_HOSTS_AVAILABLE"])])
    let section = try bench.section("xen-xva", "halt_vm = yes")
    let outcome = try await bench.backUp(section)
    #expect(outcome.status == .warning)
    #expect(outcome.log.hasPrefix("'web1' IS DOWN: it was stopped for its backup, and does not"))
    #expect(bench.notes.texts(.error).count == 1)
    #expect(try bench.host.leftovers.halted == ["web1"])
    try bench.host.set(faults: [])
    #expect(try await bench.backUp(section).status == .ok)
    #expect(bench.notes.texts(.warning).contains { $0.contains("was stopped by an earlier run") })
    try await bench.expectNothingLeft()
  }

  @Test func `one that does not start has its backup refused until it runs`() async throws {
    var pool = XAPIPool.sample
    pool.machines[0].state = .halted
    pool.machines[0].otherConfig = ["tisbackup:restart": Self.mark]
    let bench = try await XenBench.start(
      pool, faults: [.failing("VM.start", error: ["NO_HOSTS_AVAILABLE"])])
    let error = await bench.failure(try bench.section("xen-xva"))
    #expect(error?.message.text.contains("'web1' IS DOWN") == true)
  }

  @Test
  func `what a killed run left is found by its tag or by its name, and nothing else is touched`()
    async throws
  {
    var pool = XAPIPool.sample
    pool.machines[0].snapshots = [
      .init("renamed by somebody", otherConfig: ["tisbackup:job": Self.mark]),
      .init("tisbackup \(Self.mark) 20261127-01h02m03"),
      .init("tisbackup vm@another 20261127-01h02m03"),
      .init("tisbackup of mine", otherConfig: ["tisbackup:job": "vm@another"]),
      .init("before the update"), .init("tisbackup \(Self.mark) of Monday"),
    ]
    let bench = try await XenBench.start(pool)
    #expect(try await bench.backUp(try bench.section("xen-xva")).status == .ok)
    let left = try bench.host.objects["VM"]
    guard case .object(let machines)? = left else { throw CancellationError() }
    let snapshots = machines.values.filter { $0["is_a_snapshot"] == .flag(true) }
      .compactMap { $0["name_label"]?.string }.sorted()
    #expect(
      snapshots
        == [
          "before the update", "tisbackup \(Self.mark) of Monday", "tisbackup of mine",
          "tisbackup vm@another 20261127-01h02m03",
        ].sorted())
  }

  @Test func `disks whose snapshot is gone already are removed by the next run`() async throws {
    let bench = try await XenBench.start(
      faults: [.failing("VDI.destroy", error: ["INTERNAL_ERROR"])])
    let section = try bench.section("xen-xva")
    // The snapshot is gone, and its disks are not: as of a run that was killed between the two.
    #expect(try await bench.backUp(section).status == .warning)
    #expect(try bench.host.leftovers.disks.count == 2)
    #expect(try bench.marks == ["tisbackup:disks:\(Self.mark)"])
    try bench.host.set(faults: [])
    #expect(try await bench.backUp(section).status == .ok)
    #expect(bench.notes.texts(.warning).contains { $0.hasPrefix("removes disks that an earlier") })
    #expect(try bench.marks == [])
    try await bench.expectNothingLeft()
  }

  @Test func `a machine that another server stopped is left to it`() async throws {
    var pool = XAPIPool.sample
    pool.machines[0].state = .halted
    pool.machines[0].otherConfig = ["tisbackup:restart": "vm@another"]
    let bench = try await XenBench.start(pool)
    #expect(try await bench.backUp(try bench.section("xen-xva")).status == .ok)
    #expect(try !bench.changes().contains { $0.contains("start") })
  }

  @Test(
    arguments: [
      (1, "yes", 0, RunStatus.ok, nil), (0, "yes", 1, .ok, nil),
      (2, "yes", 1, .warning, "2 snapshots have the name 'tisbackup-web1'"),
      (1, "no", 1, .warning, "there is a snapshot 'tisbackup-web1'"), (0, "no", 1, .ok, nil),
    ] as [(Int, String, Int, RunStatus, String?)])
  func `the snapshot of TISBackup is used when it is meant, and there is one`(
    _ count: Int, _ reuse: String, _ made: Int, _ status: RunStatus, _ words: String?
  ) async throws {
    var pool = XAPIPool.sample
    pool.machines[0].snapshots = (0..<count).map { _ in .init("tisbackup-web1") }
    let bench = try await XenBench.start(pool)
    let outcome = try await bench.backUp(
      try bench.section("xen-xva", "reuse_snapshot = \(reuse)"))
    #expect(outcome.status == status, "\(outcome.log)")
    if let words { #expect(outcome.log.hasPrefix(words), "\(outcome.log)") }
    #expect(try bench.changes().filter { $0 == "Async.VM.snapshot" }.count == made)
    let left = try bench.host.records("VM", named: "tisbackup-web1").count
    #expect(left == (count == 1 && reuse == "yes" ? 0 : count))
    #expect(try bench.host.leftovers.snapshots == [])
  }

  @Test func `a snapshot that was there before us stays when its export fails`() async throws {
    var pool = XAPIPool.sample
    pool.machines[0].snapshots = [.init("tisbackup-web1")]
    let bench = try await XenBench.start(pool, faults: [.cut(at: 2_000_000)])
    let section = try bench.section("xen-xva", "reuse_snapshot = yes")
    _ = await bench.failure(section)
    #expect(try bench.host.records("VM", named: "tisbackup-web1").count == 1)
    try bench.host.set(faults: [])
    #expect(try await bench.backUp(section).status == .ok)
    #expect(try bench.host.records("VM", named: "tisbackup-web1").isEmpty)
  }
}
