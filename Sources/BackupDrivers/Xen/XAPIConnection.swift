import FoundationEssentials
import OutsideWorld
import TISBackupCore

/// Asks one Xen host, by JSON-RPC over https (xapi-project.github.io, "wire protocol").
struct XAPIConnection: Sendable {
  let section: String
  let address: XenAddress
  let trust: CurlTrust
  /// Whether the variables that name a proxy hold for it.
  let usesProxy: Bool
  /// Seconds a connection may take to stand.
  let connectLimit: Int

  /// Seconds for one answer: a login that is refused takes five of them, and what takes long is a task.
  private static let limit = 120

  private struct Call: Encodable {
    var jsonrpc = "2.0"
    var method: String
    var params: [XAPIValue]
    var id = 1
  }

  private struct Answer: Decodable {
    var result: XAPIValue?
    var error: XAPIValue?
  }

  /// Calls a method; what XAPI refuses is a failure, and a `BackupError` is thrown where nobody
  /// answered as XAPI does.
  func call(
    _ method: String, _ parameters: [XAPIValue], lock: FileLock?, deadline: Deadline?,
    using world: World
  ) async throws(BackupError) -> Result<XAPIValue, XAPIFailure> {
    var invocation = try invocation(method, parameters)
    let sink = TextSink()
    (invocation.sink, invocation.lock, invocation.deadline) = (sink, lock, deadline)
    world.say(Note(.debug, section, "asks \(address.text) for \(method)"))
    let finished = try await world.run(invocation, nil)
    if let error = CurlEnd(section: section, host: address.key).error(finished) { throw error }
    guard let text = sink.text,
      let answer = CurlAnswer.split(text, count: 1, endsWithFailure: false)[0]
    else { throw BackupError(.driver, .noAnswer(self, method), hint: .isItXen) }
    return try read(answer, method)
  }

  /// The request, whose every word goes to curl by standard input.
  func invocation(_ method: String, _ parameters: [XAPIValue]) throws(BackupError) -> Invocation {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
    guard let body = try? encoder.encode(Call(method: method, params: parameters)) else {
      throw BackupError(.driver, .unspeakable(self, method), hint: .isItXen)
    }
    var request = CurlRequest(
      address.url("/jsonrpc"), body: .raw(String(decoding: body, as: UTF8.self)),
      headers: ["Content-Type: application/json"], seconds: Self.limit)
    (request.trust, request.usesProxy) = (trust, usesProxy)
    request.connectSeconds = connectLimit
    return .curl(try request.lines(number: 0), timeLimit: Self.limit + 5)
  }

  private func read(_ answer: CurlAnswer, _ method: String) throws(BackupError)
    -> Result<XAPIValue, XAPIFailure>
  {
    guard answer.code == 200 else {
      let code = answer.code
      throw BackupError(
        code >= 500 ? .transport : code == 401 || code == 403 ? .refused : .driver,
        .status(self, method, code), hint: code >= 500 ? .busy : .isItXen)
    }
    let body = Data(answer.body.utf8)
    guard let read = try? JSONDecoder().decode(Answer.self, from: body) else {
      throw BackupError(
        .driver, answer.body.contains("<methodResponse") ? .old(self) : .noAnswer(self, method),
        hint: .isItXen)
    }
    if let error = read.error, error != .null {
      guard let failure = XAPIFailure(error) else {
        throw BackupError(.driver, .noAnswer(self, method), hint: .isItXen)
      }
      return .failure(failure)
    }
    return .success(read.result ?? .null)
  }
}

extension BackupError.Message {
  fileprivate static func noAnswer(_ connection: XAPIConnection, _ method: String) -> Self {
    "section [\(connection.section)]: \(connection.address.text) answers to \(method) as no Xen host does"
  }
  fileprivate static func unspeakable(_ connection: XAPIConnection, _ method: String) -> Self {
    "section [\(connection.section)]: \(method) cannot be asked of \(connection.address.text)"
  }
  fileprivate static func status(_ connection: XAPIConnection, _ method: String, _ code: Int)
    -> Self
  {
    "section [\(connection.section)]: \(connection.address.text) answers to \(method) with HTTP \(code)"
  }
  fileprivate static func old(_ connection: XAPIConnection) -> Self {
    "section [\(connection.section)]: \(connection.address.text) speaks XML-RPC alone, so it is older than XenServer 7.3"
  }
  fileprivate static let isItXen: Self =
    "Is 'xcphost' a Xen host of XenServer 7.3, XCP-ng or newer, and no proxy in front of it?"
  fileprivate static let busy: Self = "See the log of xapi on that host (/var/log/xensource.log)."
}
