/// Something that goes wrong on a Xen host, from the moment that ``XAPIHost/set(faults:)`` is called.
///
/// `times` is how often it does; paths are those of the web server, such as `/export`, and bytes are
/// counted in the body of their answer. Methods are named without `Async.`, unless said otherwise.
package enum XAPIFault: Sendable {
  /// The stream ends in one of the ways that connections do; the task says one of three things of it.
  case cut(
    path: String = "/export", at: Int, ending: Ending = .farewell, task: TaskEnd = .failure)
  /// The host finds out that it cannot go on, and writes a page of code 500 into the body.
  case page(path: String = "/export", at: Int)
  /// Not a byte more, for ever; byte 0 is between the headers and the body.
  case stall(path: String = "/export", at: Int)
  /// Not even headers.
  case silent(path: String)
  /// The session is gone in the middle of the stream, which goes on.
  case sessionEnds(path: String = "/export", at: Int)
  /// One bit of a chunk is wrong, its checksum is not; for each disk that has a chunk of the number.
  case badChunk(number: Int)
  /// The task ends with an error, and every byte was sent.
  case taskFailure(path: String = "/export", error: [String])
  /// The task still is pending when the stream has ended.
  case taskLag(path: String = "/export", polls: Int)
  /// A page instead of an answer.
  case status(path: String, code: Int, times: Int = .max)
  /// Another host has to be asked for an export.
  case redirect(to: Int, times: Int = 1)
  /// The pool has another master than it was made with.
  case master(Int)
  /// No call is taken yet.
  case booting
  case loginRefused(error: [String], times: Int = .max)
  /// Sessions end after so many calls.
  case sessionLost(afterCalls: Int)
  /// A method answers with an error.
  case failing(_ method: String, error: [String], times: Int = .max)
  /// A method does not end as long as this is set: the call gets no answer, its task stays pending.
  case endless(_ method: String)
  /// The connection ends in the middle of the answer to a method, named as it is called, which was
  /// performed or not.
  case dropped(_ method: String, performed: Bool, times: Int = 1)
  /// Another text instead of the answer to a method, named as it is called, followed by blanks.
  case answer(_ method: String, text: String, blanks: Int = 0, times: Int = .max)
  /// A method, named as it is called, that the host is too old to know.
  case missing(_ method: String)
  /// A method that takes fewer parameters.
  case limit(_ method: String, parameters: Int)
  /// The database of a pool in the middle of an upgrade.
  case minimalDatabase
  /// A host that is too old for JSON-RPC.
  case noJSON
  /// Numbers come as text in JSON too.
  case numbersAsTexts
  /// Only on one of the hosts of the pool.
  indirect case on(host: Int, XAPIFault)

  /// What the task of a stream that was cut says.
  package enum TaskEnd: String, Sendable { case pending, failure, success }

  /// How a connection ends: as a host does that ends a stream, without the farewell of TLS, which
  /// some clients take for an end too, or by a reset.
  package enum Ending: String, Sendable { case farewell, close, reset }

  /// A storage that has no room left for what a method makes.
  package static func fullStorage(during method: String) -> XAPIFault {
    .failing(method, error: ["SR_FULL", "8388608", "1048576"])
  }

  /// A method that others stand in the way of, so often.
  package static func busy(_ method: String, times: Int) -> XAPIFault {
    .failing(
      method, error: ["OTHER_OPERATION_IN_PROGRESS", "VM.export", "OpaqueRef:other"], times: times)
  }

  /// An entry of the file that the server reads.
  var entry: [String: any Sendable] {
    switch self {
    case .on(let host, let fault): fault.entry.merging(["host": host]) { $1 }
    case .cut(let path, let byte, let ending, let task):
      [
        "kind": "cut", "path": path, "byte": byte, "ending": ending.rawValue,
        "task": task.rawValue,
      ]
    case .page(let path, let byte): ["kind": "page", "path": path, "byte": byte]
    case .stall(let path, let byte): ["kind": "stall", "path": path, "byte": byte]
    case .silent(let path): ["kind": "silent", "path": path]
    case .sessionEnds(let path, let byte):
      ["kind": "session_lost_at", "path": path, "byte": byte]
    case .badChunk(let number): ["kind": "bad_chunk", "number": number]
    case .taskFailure(let path, let error): ["kind": "task_failure", "path": path, "error": error]
    case .taskLag(let path, let polls): ["kind": "task_lag", "path": path, "polls": polls]
    case .status(let path, let code, let times):
      ["kind": "status", "path": path, "code": code, "times": times]
    case .redirect(let host, let times): ["kind": "redirect", "to": host, "times": times]
    default: callEntry
    }
  }

  private var callEntry: [String: any Sendable] {
    switch self {
    case .master(let index): ["kind": "master", "index": index]
    case .booting: ["kind": "booting"]
    case .loginRefused(let error, let times): ["kind": "login", "error": error, "times": times]
    case .sessionLost(let calls): ["kind": "session_lost", "calls": calls]
    case .failing(let method, let error, let times):
      ["kind": "failing", "method": method, "error": error, "times": times]
    case .endless(let method): ["kind": "endless", "method": method]
    case .dropped(let method, let isPerformed, let times):
      ["kind": "dropped", "method": method, "performed": isPerformed, "times": times]
    case .answer(let method, let text, let blanks, let times):
      ["kind": "answer", "method": method, "text": text, "blanks": blanks, "times": times]
    case .missing(let method): ["kind": "missing", "method": method]
    case .limit(let method, let parameters):
      ["kind": "limit", "method": method, "parameters": parameters]
    case .minimalDatabase: ["kind": "minimal_database"]
    case .noJSON: ["kind": "no_json"]
    case .numbersAsTexts: ["kind": "numbers_as_texts"]
    default: [:]
    }
  }
}
