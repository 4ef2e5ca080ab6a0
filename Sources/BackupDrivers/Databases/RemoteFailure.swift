import OutsideWorld
import TISBackupCore

/// What the end of a program that was run over ssh means, apart from the program's own troubles.
struct RemoteFailure {
  let section: String
  /// What the program was about: the name of a database.
  let subject: String
  /// The cure of what the program said; nil when it is not known.
  let hint: (String) -> BackupError.Message?
  /// How the machine gets a program that it lacks.
  var install: BackupError.Message = .install

  /// Nil when the program did well.
  func error(_ finished: Finished) -> BackupError? {
    switch finished.end {
    case .exited(0): nil
    case .exited(255):
      BackupError(
        SSHFailure.code(for: finished.errors), .transport(section, subject, reason(finished)),
        hint: SSHFailure.hint(for: finished.errors) ?? .network)
    case .exited(127):
      BackupError(.driver, .failed(section, subject, finished, reason(finished)), hint: install)
    case .exited:
      BackupError(
        .driver, .failed(section, subject, finished, reason(finished)),
        hint: hint(finished.errors) ?? .runByHand)
    case .signaled:
      BackupError(
        .interrupted, .failed(section, subject, finished, reason(finished)))
    case .timedOut(.silence(let seconds)):
      BackupError(.transport, .overtime(section, subject, .silence(seconds)), hint: .idle)
    case .timedOut(let limit):
      BackupError(.overtime, .overtime(section, subject, limit), hint: .raiseTimeout)
    }
  }

  /// What the program said, without what ssh, a login shell and a password prompt say beside it:
  /// from the first line that tells of an error, else the last ones.
  private func reason(_ finished: Finished) -> String {
    let lines = finished.errors.split(whereSeparator: \.isNewline).map { line in
      String(line.trimmingPrefix("Password: "))
    }.filter { line in
      !line.isEmpty && !line.hasPrefix("Warning: Permanently added")
    }
    let first = lines.firstIndex { line in
      ["error", "ERROR", "FATAL"].contains { line.contains($0) }
    }
    return (first.map { lines[$0...].prefix(3) } ?? lines.suffix(3)).joined(separator: " / ")
  }
}

extension BackupError.Message {
  fileprivate static func transport(_ section: String, _ subject: String, _ reason: String) -> Self
  {
    "section [\(section)]: '\(subject)': the connection failed (ssh exit 255)\(after(reason))"
  }
  fileprivate static let network: Self =
    "Is the machine up, and the network? What was dumped before is kept."
  fileprivate static func failed(
    _ section: String, _ subject: String, _ finished: Finished, _ reason: String
  ) -> Self {
    "section [\(section)]: '\(subject)': failed (\(finished.end))\(after(reason))"
  }
  fileprivate static let install: Self =
    "Install the database's client programs there, on the PATH of remote_user."
  fileprivate static let runByHand: Self =
    "Run the command by hand; 'tisbackup-run --dry-run' prints it."
  fileprivate static func overtime(_ section: String, _ subject: String, _ limit: TimeLimit) -> Self
  {
    "section [\(section)]: '\(subject)': was \(limit)"
  }
  fileprivate static let idle: Self =
    "A lock over there, the network or a disk stalls; raise 'idle_timeout' if it is only slow."
  fileprivate static let raiseTimeout: Self =
    "Raise 'timeout', or find out why it takes so long."

  private static func after(_ reason: String) -> String { reason.isEmpty ? "" : ": \(reason)" }
}
