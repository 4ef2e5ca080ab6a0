import OutsideWorld
import TISBackupCore

extension XAPISession {
  /// How long something that a host works on may take, and what it is for.
  struct TaskLimit: Sendable {
    /// Seconds; nil for as long as the run itself may take.
    var seconds: Int?
    /// The word for it in messages, such as "the snapshot".
    var subject: String
    /// Hears how much of it is done, 0 to 1.
    var progress: (@Sendable (Double) -> Void)?
  }

  /// Seconds between two looks at a task: short at first, for most are over soon.
  private static let shortWait = 1
  private static let longWait = 5
  /// Looks after which a task is known to take long.
  private static let shortLooks = 10
  /// Seconds that a task may take to end once it was told to.
  private static let cancelLimit = 60

  /// Runs a method as a task of the host (`Async.METHOD`) to its end; gives its result, a reference
  /// or an empty text.
  ///
  /// When it takes too long, or this run is stopped, the task is cancelled and waited for, so that
  /// whoever cleans up finds everything it made. Throws `.overtime` then.
  func run(_ method: String, _ parameters: XAPIValue..., limit: TaskLimit)
    async throws(BackupError) -> Result<String, XAPIFailure>
  {
    let task: String
    switch try await attempt("Async.\(method)", parameters) {
    case .failure(let failure): return .failure(failure)
    case .success(let value):
      guard let reference = value.reference else {
        throw BackupError(.driver, .noTask(section, method), hint: .log)
      }
      task = reference
    }
    do throws(BackupError) {
      let result = try await end(of: task, limit)
      await afterwards.forget(task)
      return result
    } catch {
      await Task { await afterwards.abandon(task, limit) }.value
      throw error
    }
  }

  /// Waits until a task has ended.
  private func end(of task: String, _ limit: TaskLimit) async throws(BackupError)
    -> Result<String, XAPIFailure>
  {
    let begun = world.ticks()
    var looks = 0
    while true {
      if let result = try await result(of: task, limit) { return result }
      let seconds = Int((world.ticks() - begun).components.seconds)
      if let most = limit.seconds, seconds >= most {
        throw BackupError(.overtime, .slow(self, limit.subject, most), hint: .lookAtHost)
      }
      if let deadline, deadline.secondsLeft(at: world.ticks()) <= 0 {
        throw BackupError(.overtime, .outOfTime(self, limit.subject, deadline), hint: .lookAtHost)
      }
      await world.sleep(looks < Self.shortLooks ? Self.shortWait : Self.longWait)
      looks += 1
      guard !Task.isCancelled else {
        throw BackupError(.interrupted, .stopped(self, limit.subject))
      }
    }
  }

  /// What a task came to; nil while it goes on.
  func result(of task: String, _ limit: TaskLimit) async throws(BackupError)
    -> Result<String, XAPIFailure>?
  {
    guard let record = try await call("task.get_record", .text(task)).map else {
      throw BackupError(.driver, .noTask(section, limit.subject), hint: .log)
    }
    switch record["status"]?.text {
    case "pending", "cancelling":
      if case .real(let share) = record["progress"] { limit.progress?(share) }
      return nil
    case "success": return .success(Self.reference(in: record["result"]?.text ?? ""))
    case "cancelled": return .failure(XAPIFailure("TASK_CANCELLED"))
    default:
      return .failure(XAPIFailure(task: record["error_info"]) ?? XAPIFailure("TASK_FAILED"))
    }
  }

  /// The result of a task is XML: `<value>OpaqueRef:...</value>`.
  private static func reference(in text: String) -> String {
    guard let begin = text.firstRange(of: "<value>"),
      let end = text[begin.upperBound...].firstRange(of: "</value>")
    else { return text }
    return String(text[begin.upperBound..<end.lowerBound])
  }

  /// Cancels a task and waits until it has ended, so that nothing more comes of it unseen.
  func abandon(_ task: String, _ limit: TaskLimit) async {
    do throws(BackupError) {
      if try await result(of: task, limit) == nil {
        _ = try await attempt("task.cancel", [.text(task)])
        let patience = Deadline(Self.cancelLimit, from: world.ticks())
        while patience.secondsLeft(at: world.ticks()) > 0,
          try await result(of: task, limit) == nil
        { await world.sleep(Self.shortWait) }
      }
    } catch {
      world.say(
        Note(
          .warning, section,
          "\(limit.subject) could not be stopped: \(error.oneLine(about: section))"))
    }
    await forget(task)
  }

  /// Removes the record of a task; a host that cannot be told does it itself after a day.
  func forget(_ task: String) async { _ = try? await attempt("task.destroy", [.text(task)]) }
}

extension BackupError.Message {
  fileprivate static func noTask(_ section: String, _ subject: String) -> Self {
    "section [\(section)]: \(subject): the Xen host does not say how far it is"
  }
  fileprivate static func slow(_ session: XAPISession, _ subject: String, _ seconds: Int) -> Self {
    "section [\(session.section)]: \(subject) was not done within \(TimeSpan(seconds: seconds)) on \(session.connection.address.text)"
  }
  fileprivate static func outOfTime(
    _ session: XAPISession, _ subject: String, _ deadline: Deadline
  ) -> Self {
    "section [\(session.section)]: \(subject) was not done when the run had taken its timeout of \(TimeSpan(seconds: deadline.limit))"
  }
  fileprivate static func stopped(_ session: XAPISession, _ subject: String) -> Self {
    "section [\(session.section)]: stopped while it waited for \(subject)"
  }
  fileprivate static let lookAtHost: Self =
    "See what the host is busy with ('xe task-list' there), and its storage."
  fileprivate static let log: Self = "See /var/log/xensource.log on the host."
}
