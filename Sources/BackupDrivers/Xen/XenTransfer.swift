import OutsideWorld
import TISBackupCore

/// Something that a Xen host streams, and the task by which it tells what became of it.
struct XenTransfer: Sendable {
  let session: XAPISession
  /// The words for it in messages, such as "the export of 'web1'".
  let subject: String
  /// Where the host serves it, and what it is asked with; session and task are added.
  let path: String
  let query: [String]
  /// Seconds the stream may say nothing: the first byte of a compressed one takes minutes.
  let idleLimit: Int?

  /// Seconds the task may take to end after the last byte.
  private static let farewell = 60

  var section: String { session.section }
  private var limit: XAPISession.TaskLimit { .init(subject: subject) }

  /// Makes a task, does `work` with it, and removes it; after a failure it is cancelled first.
  func withTask<Value: Sendable>(
    _ work: (String) async throws(BackupError) -> Value
  ) async throws(BackupError) -> Value {
    let made = try await session.call("task.create", .text("tisbackup: \(section)"), .text(subject))
    guard let task = made.reference else {
      throw BackupError(.driver, .noTask(self), hint: .log)
    }
    do throws(BackupError) {
      let value = try await work(task)
      await session.afterwards.forget(task)
      return value
    } catch {
      // Shielded: also when this run is being interrupted.
      await Task { await session.afterwards.abandon(task, limit) }.value
      throw error
    }
  }

  /// How a request ended.
  struct Answer: Sendable {
    var finished: Finished
    /// The code of HTTP; nil when there was none.
    var code: Int?
    /// The host that has to be asked instead.
    var target: XenAddress?
  }

  /// Asks one host, and streams what it sends into `sink`; a page of an error is not taken for that.
  func ask(_ connection: XAPIConnection, as task: String, into sink: any OutputSink)
    async throws(BackupError) -> Answer
  {
    var invocation = try invocation(task, connection)
    (invocation.sink, invocation.lock, invocation.idleLimit) = (sink, session.lock, idleLimit)
    invocation.deadline = session.deadline
    session.world.say(
      Note(.debug, section, "asks \(connection.address.text) for \(path), \(invocation.redacted)"))
    let finished = try await session.world.run(invocation, nil)
    let told = CurlAnswer.split(finished.errors, count: 1, endsWithFailure: false)[0]
    var answer = Answer(finished: finished, code: told?.code)
    guard let told, told.code >= 300 else { return answer }
    guard told.code < 400 else { throw await refusal(of: task, told.code, connection) }
    answer.target = try target(told)
    return answer
  }

  /// The words of curl's configuration; the session in the address is a secret.
  private func invocation(_ task: String, _ connection: XAPIConnection) throws(BackupError)
    -> Invocation
  {
    let words = query + ["session_id=\(session.reference)", "task_id=\(task)"]
    var lines = ["silent", "show-error", "fail", "no-buffer", "globoff"]
    lines.append(
      try CurlText.line("url", connection.address.url("\(path)?\(words.joined(separator: "&"))")))
    lines += try connection.trust.lines()
    if !connection.usesProxy { lines.append(try CurlText.line("noproxy", "*")) }
    lines.append(try CurlText.line("connect-timeout", "\(connection.connectLimit)"))
    let mark = CurlAnswer.mark(number: 0, code: "%{http_code}")
    lines.append(try CurlText.line("write-out", "%{stderr}%{redirect_url}\(mark)"))
    return .curl(lines)
  }

  /// Where a host sends us.
  private func target(_ answer: CurlAnswer) throws(BackupError) -> XenAddress {
    let line = answer.body.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
    guard let address = WebAddress(line), address.scheme == "https",
      address.path.hasPrefix("\(path)?")
    else { throw BackupError(.driver, .astray(self), hint: .log) }
    return XenAddress(address)
  }

  private func refusal(of task: String, _ code: Int, _ connection: XAPIConnection) async
    -> BackupError
  {
    if let failure = await failure(of: task) {
      return XAPITrouble(section: section).error(failure, subject)
    }
    let kind: BackupError.Code = code == 403 ? .refused : code == 404 ? .driver : .transport
    return BackupError(kind, .status(self, code, connection), hint: code == 403 ? .role : .log)
  }

  /// The last byte is not the end: the host may find out after it that something went wrong.
  func waitForSuccess(of task: String) async throws(BackupError) {
    let patience = Deadline(Self.farewell, from: session.world.ticks())
    while true {
      switch try await session.result(of: task, limit) {
      case .success: return
      case .failure(let failure): throw XAPITrouble(section: section).error(failure, subject)
      case nil: break
      }
      guard patience.secondsLeft(at: session.world.ticks()) > 0 else {
        throw BackupError(.driver, .noEnd(self), hint: .log)
      }
      await session.world.sleep(1)
      guard !Task.isCancelled else { throw BackupError(.interrupted, .stopped(self)) }
    }
  }

  /// What the host says of a stream that did not come; nil when it says nothing.
  func failure(of task: String) async -> XAPIFailure? {
    guard case .failure(let failure) = try? await session.afterwards.result(of: task, limit) else {
      return nil
    }
    return failure
  }
}

extension BackupError.Message {
  private static func head(_ transfer: XenTransfer) -> String {
    "section [\(transfer.section)]: \(transfer.subject)"
  }
  fileprivate static func noTask(_ transfer: XenTransfer) -> Self {
    "\(head(transfer)): the Xen host makes no task"
  }
  fileprivate static func astray(_ transfer: XenTransfer) -> Self {
    "\(head(transfer)): the host sends us to an address that is no host's"
  }
  fileprivate static func status(_ transfer: XenTransfer, _ code: Int, _ connection: XAPIConnection)
    -> Self
  {
    "\(head(transfer)): \(connection.address.text) answers with HTTP \(code)"
  }
  fileprivate static func noEnd(_ transfer: XenTransfer) -> Self {
    "\(head(transfer)) came whole, and the host does not say that it was"
  }
  fileprivate static func stopped(_ transfer: XenTransfer) -> Self {
    "\(head(transfer)): stopped while it waited for the host's word"
  }
  fileprivate static let log: Self = "See /var/log/xensource.log on the host."
  fileprivate static let role: Self =
    "Give the login the role vm-admin, or pool-admin for xen-meta-data."
}
