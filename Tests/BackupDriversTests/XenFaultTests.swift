import BackupDrivers
import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Whatever goes wrong with an export: it is no backup, it is told as what it is, and nothing is left
/// on the hosts.
@Suite(.scratch)
struct XenFaultTests {
  /// What goes wrong, what it is told as, and words of it.
  struct Fault: Sendable, CustomTestStringConvertible {
    var name: String
    var faults: [XAPIFault]
    var code: BackupError.Code
    var words: [String]
    var left = XAPILeftovers()
    var testDescription: String { name }

    init(
      _ name: String, _ faults: XAPIFault..., code: BackupError.Code, _ words: String...,
      left: XAPILeftovers = XAPILeftovers()
    ) {
      (self.name, self.faults, self.code, self.words) = (name, faults, code, words)
      self.left = left
    }
  }

  static let faults = [
    Fault(
      "cut in the first header", .cut(at: 100), code: .driver, "ended too early", "the host says"),
    Fault(
      "cut in a chunk", .cut(at: 2_000_000), code: .driver, "ended too early", "the host says"),
    Fault(
      "cut in a chunk, without a word", .cut(at: 2_000_000, task: .pending), code: .transport,
      "ended too early"),
    Fault(
      "reset in a chunk", .cut(at: 2_000_000, ending: .reset, task: .pending), code: .transport,
      "ended too early"),
    Fault(
      "cut, and told a success", .cut(at: 2_000_000, ending: .close, task: .success),
      code: .transport, "ended too early"),
    Fault(
      "a bit that changed", .badChunk(number: 2), code: .unproven, "the export of 'web1': ",
      "chunk 2 of the disk"),
    Fault(
      "a failure after the last byte",
      .taskFailure(error: ["SR_BACKEND_FAILURE_46", "", "The VDI is not available"]),
      code: .driver, "SR_BACKEND_FAILURE_46", "The VDI is not available"),
    Fault("a page in the stream", .page(at: 1_500_000), code: .driver, "HTTP 500", "the host says"),
    Fault("no login any more", .status(path: "/export", code: 401), code: .transport, "HTTP 401"),
    Fault("no right", .status(path: "/export", code: 403), code: .refused, "HTTP 403"),
    Fault("no machine", .status(path: "/export", code: 404), code: .driver, "HTTP 404"),
    Fault("trouble", .status(path: "/export", code: 500), code: .transport, "HTTP 500"),
    Fault(
      "silence in the stream", .stall(at: 2_000_000), code: .transport, "nothing came", "2s"),
    Fault("silence before it", .stall(at: 0), code: .transport, "nothing came"),
    Fault("silence from the beginning", .silent(path: "/export"), code: .transport, "nothing came"),
    Fault(
      "no end of the task", .taskLag(path: "/export", polls: 10_000), code: .driver,
      "does not say that it was"),
    Fault(
      "no room for a snapshot", .fullStorage(during: "VM.snapshot"), code: .driver, "SR_FULL",
      "Make room on the storage"),
    Fault(
      "a snapshot that never ends", .endless("VM.snapshot"), code: .overtime,
      "the snapshot of 'web1' was not done within 30m"),
    Fault(
      "a machine that is moved", .busy("VM.snapshot", times: .max), code: .driver,
      "OTHER_OPERATION_IN_PROGRESS", "migration"),
    Fault(
      "a wrong password", .loginRefused(error: ["SESSION_AUTHENTICATION_FAILED", "root"]),
      code: .refused, "SESSION_AUTHENTICATION_FAILED", "password_file"),
    Fault(
      "a role that is too small", .failing("VM.snapshot", error: ["RBAC_PERMISSION_DENIED", "x"]),
      code: .refused, "RBAC_PERMISSION_DENIED", "vm-admin"),
    Fault("a host that starts", .booting, code: .transport, "HOST_STILL_BOOTING"),
    Fault(
      "a host that is busy", .failing("VM.snapshot", error: ["TOO_MANY_PENDING_TASKS"]),
      code: .transport, "TOO_MANY_PENDING_TASKS"),
    Fault("an old host", .noJSON, code: .driver, "speaks XML-RPC alone", "XenServer 7.3"),
    Fault(
      "a proxy in front", .status(path: "/jsonrpc", code: 502), code: .transport, "HTTP 502"),
    Fault(
      "something else there", .status(path: "/jsonrpc", code: 404), code: .driver, "HTTP 404",
      "Is 'xcphost' a Xen host"),
    Fault(
      "an answer that is none", .answer("VM.get_by_name_label", text: "{\"result\":"),
      code: .driver, "as no Xen host does"),
    Fault(
      "an answer that is deep",
      .answer("VM.get_by_name_label", text: String(repeating: "[", count: 100_000)),
      code: .driver, "as no Xen host does"),
    Fault(
      "a record of another kind",
      .answer("VM.get_record", text: #"{"jsonrpc":"2.0","result":[1,2],"id":1}"#), code: .driver,
      "gives no record"),
    Fault(
      "an answer that breaks", .dropped("VM.get_by_name_label", performed: true, times: .max),
      code: .transport, "localhost"),
    Fault(
      "a snapshot of which the answer is lost",
      .dropped("Async.VM.snapshot", performed: true), code: .transport, "localhost",
      // Nobody knows the task but the host, which forgets it after a day.
      left: XAPILeftovers(tasks: ["Async.VM.snapshot: success"])),
  ]

  @Test(arguments: faults)
  func `is told as what it is, and leaves nothing behind`(_ fault: Fault) async throws {
    var pool = XAPIPool.sample
    // What nobody asks after has ended by itself.
    pool.settings.polls = 0
    let bench = try await XenBench.start(pool, faults: fault.faults)
    let error = await bench.failure(
      try bench.section("xen-xva", fault.name.hasPrefix("silence") ? "idle_timeout = 2s" : ""))
    #expect(error?.code == fault.code, "\(error?.description ?? "no error")")
    for word in fault.words {
      #expect(error?.description.contains(word) == true, "\(word): \(error?.description ?? "")")
    }
    #expect(error?.message.text.hasPrefix("section [vm]: ") == true)
    #expect(error?.hint != nil)
    #expect(!exists(bench.file))
    try bench.host.set(faults: [])
    try await bench.expectNothingLeft(except: fault.left)
  }

  @Test(
    arguments: [
      .cut(at: 2_000_000, task: .pending), .status(path: "/export", code: 401, times: 1),
      .status(path: "/jsonrpc", code: 503, times: 1),
      .dropped("VM.get_by_name_label", performed: false),
      .failing("VM.snapshot", error: ["TOO_MANY_PENDING_TASKS"], times: 1),
      .sessionLost(afterCalls: 7),
    ] as [XAPIFault])
  func `what passes is tried again`(_ fault: XAPIFault) async throws {
    let bench = try await XenBench.start(faults: [fault])
    let world = bench.world
    var patient = world
    patient.sleep = { [host = bench.host] seconds in
      await world.sleep(seconds)
      // The cut does not go away by itself.
      if seconds == 30, case .cut = fault { try? host.set(faults: []) }
    }
    let section = try bench.section("xen-xva", "retries = 1\nretry_delay = 30")
    #expect(try await bench.backUp(section, in: patient).status == .ok)
    try await bench.expectNothingLeft()
  }

  @Test func `a session that is lost in the stream costs nothing`() async throws {
    let bench = try await XenBench.start(faults: [.sessionEnds(at: 1_000_000)])
    let outcome = try await bench.backUp(try bench.section("xen-xva"))
    #expect(outcome.status == .ok)
    #expect(bench.notes.texts(.warning).contains { $0.contains("forgot the login") })
    try await bench.expectNothingLeft()
  }

  @Test func `a snapshot that cannot be removed at once is removed a little later`() async throws {
    let bench = try await XenBench.start(
      faults: [.busy("VM.destroy", times: 1), .busy("VDI.destroy", times: 1)])
    #expect(try await bench.backUp(try bench.section("xen-xva")).status == .ok)
    #expect(bench.clock.seconds >= 6)
    try await bench.expectNothingLeft()
  }

  @Test func `a snapshot that cannot be removed at all is a warning, and the next run removes it`()
    async throws
  {
    let bench = try await XenBench.start(faults: [.busy("VM.destroy", times: .max)])
    let section = try bench.section("xen-xva")
    let outcome = try await bench.backUp(section)
    #expect(outcome.status == .warning)
    #expect(outcome.log.hasPrefix("the snapshot 'tisbackup vm@"))
    #expect(outcome.log.contains("stays: ") && outcome.log.contains("\n2 disks"))
    #expect(try bench.host.leftovers.tagged.count == 1)
    try bench.host.set(faults: [])
    #expect(try await bench.backUp(section).status == .ok)
    #expect(bench.notes.texts(.warning).contains { $0.contains("that an earlier run left") })
    try await bench.expectNothingLeft()
  }

  @Test func `a full disk here is told as that, and leaves nothing there`() async throws {
    let bench = try await XenBench.start()
    let driver = try BackupDrivers.make(try bench.section("xen-xva"))
    let error = try await SmallDisk.mounted("\(bench.folder)/small", kilobytes: 1000) { disk in
      let error = await #expect(throws: BackupError.self) {
        try await driver.backUp(
          into: Workspace(folder: disk, partial: "\(disk)/vm.xva"), using: bench.world)
      }
      #expect(names(disk) == [])
      return error
    }
    #expect(error?.code == .storage, "\(error?.description ?? "")")
    try await bench.expectNothingLeft()
  }

  @Test(arguments: ["VM.snapshot", "/export"])
  func `a run that is stopped leaves nothing`(_ place: String) async throws {
    let bench = try await XenBench.start(
      faults: [place == "/export" ? .stall(at: 2_000_000) : .endless(place)])
    let section = try bench.section("xen-xva")
    let work = Task { try await bench.backUp(section) }
    let wanted = place == "/export" ? "GET /export" : "task.get_record"
    for _ in 0..<1000 {
      if place == "/export"
        ? exists(bench.file) : try bench.host.calls.contains(where: { $0.method == wanted })
      {
        break
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    work.cancel()
    let error = await #expect(throws: BackupError.self) { try await work.value }
    #expect(error?.code == .interrupted, "\(error?.description ?? "")")
    #expect(!exists(bench.file))
    try await bench.expectNothingLeft()
  }

  @Test func `a run that takes too long leaves nothing`() async throws {
    let bench = try await XenBench.start(faults: [.stall(at: 2_000_000)])
    let error = await bench.failure(try bench.section("xen-xva", "timeout = 2s"))
    #expect(error?.code == .overtime)
    #expect(error?.message.text.contains("timeout of 2s") == true)
    try await bench.expectNothingLeft()
  }
}
