import TISBackupCore

/// Why a dialogue with a switch came to nothing, as the dialogue itself knows.
package enum SwitchFailure: Error, Sendable, Equatable {
  /// Nothing came for so many seconds while it was at that step.
  case silent(step: String, seconds: Int)
  /// It asks what nobody can answer.
  case question(String, step: String)
  case wrongPassword(said: String)
  case needsUser(question: String)
  case needsPassword(question: String)
  /// `enable` did not give all rights.
  case notEnabled(said: String)
  case unknownCommand(String, said: String)
  /// It hung up, with these last words.
  case closed(step: String, said: String)
  /// It hung up after it was told the password.
  case closedAfterPassword(said: String)
  case endless(step: String)
}

extension SwitchFailure {
  /// The same for an administrator: `section` is that of the ini, `address` the switch.
  package func error(section: String, address: String) -> BackupError {
    let place = "section [\(section)]: switch '\(address)'"
    switch self {
    case .silent(let step, let seconds):
      return BackupError(.transport, .silent(place, step, seconds), hint: .silent)
    case .question(let question, let step):
      return BackupError(.driver, .question(place, step, question), hint: .question)
    case .wrongPassword(let said):
      return BackupError(.refused, .wrongPassword(place, said), hint: .wrongPassword)
    case .needsUser(let question):
      return BackupError(.refused, .needsUser(place, question), hint: .needsUser)
    case .needsPassword(let question):
      return BackupError(.refused, .needsPassword(place, question), hint: .needsPassword)
    case .notEnabled(let said):
      return BackupError(.refused, .notEnabled(place, said), hint: .notEnabled)
    case .unknownCommand(let command, let said):
      return BackupError(.driver, .unknownCommand(place, command, said), hint: .unknownCommand)
    case .closed(let step, let said):
      return BackupError(.transport, .closed(place, step, said), hint: .closed)
    case .closedAfterPassword(let said):
      return BackupError(.refused, .closedAfterPassword(place, said), hint: .closedAfterPassword)
    case .endless(let step):
      return BackupError(.driver, .endless(place, step), hint: .question)
    }
  }
}

extension BackupError.Message {
  fileprivate static func silent(_ place: String, _ step: String, _ seconds: Int) -> Self {
    "\(place): said nothing for \(TimeSpan(seconds: seconds)) \(step)"
  }
  fileprivate static let silent: Self =
    "Is it busy, or its connection? Raise connect_timeout for its questions, idle_timeout for its configuration, if it is only slow."
  fileprivate static func question(_ place: String, _ step: String, _ question: String) -> Self {
    "\(place): asks \(step) what is not known: '\(question)'"
  }
  fileprivate static let question: Self =
    "Log in by hand to see it. Is switch_type right? A file of switch_models can answer it, with 'answers'."
  fileprivate static func wrongPassword(_ place: String, _ said: String) -> Self {
    "\(place): refuses the login\(after(said))"
  }
  fileprivate static let wrongPassword: Self = "Check switch_user and switch_password."
  fileprivate static func needsUser(_ place: String, _ question: String) -> Self {
    "\(place): asks for a login, '\(question)', and there is none"
  }
  fileprivate static let needsUser: Self = "Add 'switch_user = ...'."
  fileprivate static func needsPassword(_ place: String, _ question: String) -> Self {
    "\(place): asks for a password, '\(question)', and there is none"
  }
  fileprivate static let needsPassword: Self =
    "Add 'switch_password = ...', or for 'enable' switch_enable_password."
  fileprivate static func notEnabled(_ place: String, _ said: String) -> Self {
    "\(place): 'enable' gives no rights\(after(said))"
  }
  fileprivate static let notEnabled: Self =
    "Check switch_enable_password, or give the login these rights on the switch."
  fileprivate static func unknownCommand(_ place: String, _ command: String, _ said: String) -> Self
  {
    "\(place): does not take '\(command)'\(after(said))"
  }
  fileprivate static let unknownCommand: Self =
    "Is switch_type right, and may the login use this command?"
  fileprivate static func closed(_ place: String, _ step: String, _ said: String) -> Self {
    "\(place): hung up \(step)\(after(said))"
  }
  fileprivate static let closed: Self =
    "Does it restart, or are too many logged in there? Try the login by hand."
  fileprivate static func closedAfterPassword(_ place: String, _ said: String) -> Self {
    "\(place): hung up after it was told the password\(after(said))"
  }
  fileprivate static let closedAfterPassword: Self =
    "Check switch_user and switch_password, and whether the login may come this way."
  fileprivate static func endless(_ place: String, _ step: String) -> Self {
    "\(place): does not come to an end \(step)"
  }

  private static func after(_ said: String) -> String { said.isEmpty ? "" : ": '\(said)'" }
}
