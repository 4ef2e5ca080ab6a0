import TISBackupTestSupport
import Testing

/// The barest client of a Xen host, which shows answers as they are; tests of ours have their own.
struct XAPIClient {
  let host: XAPIHost
  private(set) var session = ""

  /// Logs in to the master.
  init(_ host: XAPIHost) async throws {
    self.host = host
    let settings = host.pool.settings
    let answer = try await call(
      "session.login_with_password", "\"\(settings.user)\",\"\(settings.password)\"",
      isOpen: true)
    session = try #require(answer.string, "\(answer)")
  }

  /// A client that never logged in.
  init(strangerTo host: XAPIHost) { self.host = host }

  /// What curl brought home.
  struct Answer {
    var code: String
    var address: String
    var text: String
  }

  /// Posts any text to a path of a host.
  func post(_ body: String, to path: String = "/jsonrpc", of index: Int = 0) async throws -> Answer
  {
    try await curl(["--data-binary", "@-", host.url(index) + path], input: body)
  }

  /// Gets a path with the session in its query; `file` takes the body.
  func get(_ path: String, into file: String, of index: Int = 0) async throws -> Answer {
    try await curl(["-o", file, host.url(index) + path + "&session_id=\(session)"])
  }

  private func curl(_ arguments: [String], input: String = "") async throws -> Answer {
    let result = try await program(
      ["curl", "-sk", "-m", "60", "-w", "\n%{http_code} %{redirect_url}"] + arguments,
      input: input)
    let lines = result.stdout.split(separator: "\n", omittingEmptySubsequences: false)
    let told = (lines.last ?? "").split(separator: " ", omittingEmptySubsequences: false)
    return Answer(
      code: result.status == 0 ? String(told.first ?? "") : "curl \(result.status)",
      address: String(told.last ?? ""), text: lines.dropLast().joined(separator: "\n"))
  }

  /// A call in JSON-RPC 2.0 with parameters in JSON: its result, or the list of its error.
  func call(_ method: String, _ parameters: String = "", isOpen: Bool = false, of index: Int = 0)
    async throws -> JSON
  {
    let list =
      isOpen
      ? parameters : parameters.isEmpty ? quoted(session) : "\(quoted(session)),\(parameters)"
    let answer = try await post(
      #"{"jsonrpc":"2.0","method":"\#(method)","params":[\#(list)],"id":1}"#, of: index)
    guard answer.code == "200" else { return .text(answer.code) }
    let document = try JSON(parsing: answer.text)
    guard let error = document["error"] else { return try #require(document["result"]) }
    guard let code = error["message"] else { return error }
    return .list([code] + (error["data"]?.items ?? []))
  }

  /// The code of the error that a call answers with; `ok` for a result.
  func outcome(_ method: String, _ parameters: String = "", of index: Int = 0) async throws
    -> String
  {
    let answer = try await call(method, parameters, of: index)
    guard let code = answer[0]?.string, code.wholeMatch(of: #/[A-Z_]+/#) != nil else { return "ok" }
    return code
  }

  /// A machine by its name, as a parameter.
  func machine(_ name: String) async throws -> String {
    quoted(try #require(try await call("VM.get_by_name_label", quoted(name))[0]?.string))
  }

  /// A snapshot of a machine, as a parameter.
  func snapshot(_ name: String) async throws -> String {
    let machine = try await machine(name)
    return quoted(try #require(try await call("VM.snapshot", "\(machine),\"s\"").string))
  }

  /// Exports a machine to a file, in a task of its own whose state after it is told.
  func export(_ machine: String, into file: String, options: String = "", of index: Int = 0)
    async throws -> (answer: Answer, task: String)
  {
    let task = try await call("task.create", #""export","""#)
    let reference = machine.replacing("\"", with: "")
    let answer = try await get(
      "/export?ref=\(reference)&task_id=\(task.string ?? "")\(options)", into: file, of: index)
    let state = try await call("task.get_status", quoted(task.string ?? ""))
    return (answer, state.string ?? "\(state)")
  }
}

/// A text as JSON has it.
func quoted(_ text: String) -> String { "\"\(text)\"" }
