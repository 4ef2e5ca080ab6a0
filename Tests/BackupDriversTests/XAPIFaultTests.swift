import Foundation
import TISBackupTestSupport
import Testing

/// Every fault of the stand-in for Xen hosts does what it says, and goes when it is taken back.
@Suite(.scratch) struct XAPIFaultTests {
  @Test(
    arguments: [
      (XAPIFault.cut(at: 100_000), "200", 100_000, "failure"),
      (.cut(at: 100_000, ending: .close, task: .pending), "200", 100_000, "pending"),
      (.cut(at: 0, task: .success), "200", 0, "success"),
      (.sessionEnds(at: 5000), "200", nil, "SESSION_INVALID"),
      (.taskFailure(error: ["VDI_IO_ERROR", "x"]), "200", nil, "failure"),
      (.taskLag(polls: 2), "200", nil, "pending"),
      (.status(path: "/export", code: 401), "401", nil, "pending"),
      (.status(path: "/export", code: 500), "500", nil, "pending"),
      (.redirect(to: 0), "302", nil, "pending"),
      (.on(host: 1, .status(path: "/export", code: 500)), "200", nil, "success"),
    ] as [(XAPIFault, String, Int?, String)])
  func `an export fails as it is told to`(
    fault: XAPIFault, code: String, size: Int?, task: String
  ) async throws {
    let host = try await XAPIHost.start(in: ScratchDirectory.path)
    let client = try await XAPIClient(host)
    let machine = try await client.machine("db1")
    try host.set(faults: [fault])
    let file = ScratchDirectory.path + "/out"
    let told = try await client.export(machine, into: file)
    #expect(told.answer.code == code)
    #expect(told.task.contains(task), "\(told.task)")
    if let size { #expect(try bytes(file).count == size) }
    #expect(try host.leftovers.operations == [])

    try host.set(faults: [])
    let whole = try await XAPIClient(host).export(machine, into: file)
    #expect(whole.answer.code == "200")
    #expect(try bytes(file).count > 4 << 20)
    #expect(host.story == "")
  }

  @Test func `a connection that is reset has lost what was under way`() async throws {
    let host = try await XAPIHost.start(in: ScratchDirectory.path)
    let client = try await XAPIClient(host)
    try host.set(faults: [.cut(at: 2 << 20, ending: .reset)])
    let file = ScratchDirectory.path + "/out"
    let told = try await client.export(try await client.machine("db1"), into: file)
    #expect(told.answer.code == "curl 56" && told.task == "failure")
    #expect(try bytes(file).count <= 2 << 20)
  }

  @Test func `a page of code 500 lands in the middle of the body`() async throws {
    let host = try await XAPIHost.start(in: ScratchDirectory.path)
    let client = try await XAPIClient(host)
    try host.set(faults: [.page(at: 70_000)])
    let file = ScratchDirectory.path + "/out"
    let told = try await client.export(try await client.machine("db1"), into: file)
    #expect(told.answer.code == "200" && told.task == "failure")
    let page = String(decoding: try bytes(file).dropFirst(70_000), as: UTF8.self)
    #expect(page.hasPrefix("HTTP/1.1 500 Internal Error\r\n"))
    #expect(page.hasSuffix("</body></html>"))
  }

  @Test func `one bit of one chunk is wrong and nothing else`() async throws {
    let host = try await XAPIHost.start(in: ScratchDirectory.path)
    let client = try await XAPIClient(host)
    let machine = try await client.machine("db1")
    let (good, bad) = (ScratchDirectory.path + "/good", ScratchDirectory.path + "/bad")
    _ = try await client.export(machine, into: good)
    try host.set(faults: [.badChunk(number: 2)])
    #expect(try await client.export(machine, into: bad).task == "success")
    let first = try await offset(of: "Ref:2/00000002", in: good)
    // Their descriptions tell the second in which each was made.
    let told = try await program(["cmp", "-l", "-i", "32768", good, bad]).stdout
    let words = told.split(whereSeparator: \.isWhitespace).map(String.init)
    // Bytes are counted from one, and written in octal.
    #expect(words.count == 3 && Int(words[0]) == first - 32_768 + 1)
    let values = try words.dropFirst().map { try #require(UInt8($0, radix: 8)) }
    #expect(values[0] ^ values[1] == 1)
  }

  @Test func `a machine and its disks are not to be had while they are exported`() async throws {
    let host = try await XAPIHost.start(in: ScratchDirectory.path)
    let client = try await XAPIClient(host)
    let machine = try await client.machine("db1")
    let drive = try await client.call("VM.get_VBDs", machine)[0]?.string ?? ""
    let disk = quoted(try await client.call("VBD.get_VDI", quoted(drive)).string ?? "")
    let task = try await client.call("task.create", #""t","""#).string ?? ""
    let path = "/export?ref=\(machine.replacing("\"", with: ""))&task_id=\(task)"
    try host.set(faults: [.stall(at: 1 << 20)])
    async let answer = client.get(path, into: ScratchDirectory.path + "/out")
    try await host.becomesBusy()
    for (method, parameters) in [("VM.destroy", ""), ("VM.start", ",false,false")] {
      let told = try await client.outcome(method, machine + parameters)
      #expect(told == "OTHER_OPERATION_IN_PROGRESS")
    }
    #expect(try await client.outcome("VDI.destroy", disk) == "VDI_IN_USE")
    #expect(try await client.outcome("task.cancel", quoted(task)) == "ok")
    #expect(try await answer.code == "200")
    #expect(try await client.call("task.get_status", quoted(task)) == .text("cancelled"))
    #expect(try await client.outcome("VM.destroy", machine) == "ok")
    #expect(try await client.outcome("VDI.destroy", disk) == "ok")
  }

  @Test(arguments: [XAPIFault.stall(at: 0), .stall(at: 1 << 20), .silent(path: "/export")])
  func `a client that gives a silent host up leaves no export behind`(fault: XAPIFault)
    async throws
  {
    let host = try await XAPIHost.start(in: ScratchDirectory.path, faults: [fault])
    let client = try await XAPIClient(host)
    let machine = try await client.machine("db1").replacing("\"", with: "")
    let task = try await client.call("task.create", #""t","""#).string ?? ""
    let url = "\(host.url())/export?ref=\(machine)&session_id=\(client.session)&task_id=\(task)"
    let result = try await program(["curl", "-sk", "-m", "2", "-o", "/dev/null", url])
    #expect(result.status == 28)
    try await host.becomesIdle()
    #expect(try host.leftovers.operations == [])
    #expect(host.story == "")
  }

  @Test(
    arguments: [
      (XAPIFault.booting, "VM.get_all", "HOST_STILL_BOOTING"),
      (.failing("VM.get_all", error: ["INTERNAL_ERROR", "x"]), "VM.get_all", "INTERNAL_ERROR"),
      (.missing("VM.get_all"), "VM.get_all", "MESSAGE_METHOD_UNKNOWN"),
      (.sessionLost(afterCalls: 0), "VM.get_all", "SESSION_INVALID"),
      (.master(1), "VM.get_all", "HOST_IS_SLAVE"),
      (.status(path: "/jsonrpc", code: 500), "VM.get_all", "500"),
      (.dropped("VM.get_all", performed: true), "VM.get_all", "curl 18"),
      (.dropped("VM.get_all", performed: false), "VM.get_all", "curl 52"),
      (.on(host: 1, .booting), "VM.get_all", "ok"),
    ] as [(XAPIFault, String, String)])
  func `a call fails as it is told to`(fault: XAPIFault, method: String, expected: String)
    async throws
  {
    var pool = XAPIPool.sample
    pool.size = 2
    let host = try await XAPIHost.start(in: ScratchDirectory.path, pool: pool)
    let client = try await XAPIClient(host)
    try host.set(faults: [fault])
    let answer = try await client.call(method)
    let told = answer.string ?? answer[0]?.string.flatMap { $0.hasPrefix("Opaque") ? "ok" : $0 }
    #expect(told == expected)
    #expect(host.story == "")
  }

  @Test func `faults are used up, and counted anew when they are set again`() async throws {
    let host = try await XAPIHost.start(in: ScratchDirectory.path)
    let client = try await XAPIClient(host)
    let machine = try await client.machine("db1")
    for _ in 0..<2 {
      try host.set(faults: [.busy("VM.get_record", times: 2)])
      var told: [String] = []
      for _ in 0..<3 { told.append(try await client.outcome("VM.get_record", machine)) }
      #expect(told == ["OTHER_OPERATION_IN_PROGRESS", "OTHER_OPERATION_IN_PROGRESS", "ok"])
    }
  }

  @Test func `a shutdown without end stays pending until it is cancelled`() async throws {
    let host = try await XAPIHost.start(
      in: ScratchDirectory.path, faults: [.endless("VM.clean_shutdown")])
    let client = try await XAPIClient(host)
    let machine = try await client.machine("web1")
    let task = quoted(try await client.call("Async.VM.clean_shutdown", machine).string ?? "")
    for _ in 0..<5 { #expect(try await client.call("task.get_status", task) == .text("pending")) }
    #expect(
      try await client.outcome("VM.snapshot", "\(machine),\"s\"") == "OTHER_OPERATION_IN_PROGRESS")
    #expect(try await client.outcome("task.cancel", task) == "ok")
    #expect(try await client.call("task.get_status", task) == .text("cancelled"))
    #expect(try await client.call("VM.get_power_state", machine) == .text("Running"))
    #expect(try await client.outcome("VM.snapshot", "\(machine),\"s\"") == "ok")
  }

  @Test(arguments: [0, 1, 400_000])
  func `answers may be any text of any size`(blanks: Int) async throws {
    let host = try await XAPIHost.start(in: ScratchDirectory.path)
    let client = try await XAPIClient(host)
    try host.set(faults: [.answer("VM.get_all", text: "{\"res", blanks: blanks)])
    let body = #"{"jsonrpc":"2.0","method":"VM.get_all","params":["\#(client.session)"],"id":1}"#
    let answer = try await client.post(body)
    #expect(answer.code == "200" && answer.text == "{\"res" + String(repeating: " ", count: blanks))
  }

  @Test func `an old host knows no JSON, fewer parameters and other errors`() async throws {
    var pool = XAPIPool.sample
    pool.settings.generation = .old
    pool.machines[0].tools = false
    let host = try await XAPIHost.start(in: ScratchDirectory.path, pool: pool)
    let client = try await XAPIClient(host)
    let machine = try await client.machine("web1")
    let more = try await client.call("VM.snapshot", "\(machine),\"s\",[]")
    #expect(more[0] == .text("MESSAGE_PARAMETER_COUNT_MISMATCH"))
    #expect(try await client.outcome("VM.clean_shutdown", machine) == "VM_MISSING_PV_DRIVERS")
    try host.set(faults: [.noJSON])
    let answer = try await client.post(#"{"jsonrpc":"2.0","method":"VM.get_all","id":1}"#)
    #expect(answer.code == "200" && answer.text.hasPrefix("<?xml"))
  }

  @Test func `numbers come as texts when they are told to`() async throws {
    let host = try await XAPIHost.start(in: ScratchDirectory.path)
    let client = try await XAPIClient(host)
    let machine = try await client.machine("web1")
    #expect(try await client.call("VM.get_VCPUs_max", machine) == .number(1))
    try host.set(faults: [.numbersAsTexts])
    #expect(try await client.call("VM.get_VCPUs_max", machine) == .text("1"))
    #expect(try await client.call("VM.get_is_a_template", machine) == .flag(false))
  }

  /// Where the content of a member of an archive begins.
  private func offset(of member: String, in archive: String) async throws -> Int {
    let listed = try await program(["tar", "tRf", archive])
    let line = try #require(listed.stdout.split(separator: "\n").first { $0.hasSuffix(member) })
    let block = try #require(
      line.split(separator: " ").dropFirst().first.flatMap { Int($0.dropLast()) })
    return (block + 1) * 512
  }
}
