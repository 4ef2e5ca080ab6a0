import BackupTools
import Glibc
import TISBackupCore

/// Asks for a password: twice at a terminal, unseen; else it is the first line of standard input.
enum PasswordQuestion {
  static func ask(for user: String) throws(BackupError) -> String {
    guard Terminal.isTerminal(STDIN_FILENO) else { return try line() }
    var shown = termios()
    tcgetattr(STDIN_FILENO, &shown)
    var hidden = shown
    hidden.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
    defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown) }
    let first = try prompted("New password of \(user): ")
    guard try prompted("Once more: ") == first else {
      throw BackupError(.usage, .different, hint: .again)
    }
    return first
  }

  private static func prompted(_ question: String) throws(BackupError) -> String {
    Output.complain(question)
    // A read would go on after Ctrl-C, with the letters still hidden.
    var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    while poll(&input, 1, 100) <= 0 {
      if let signal = Interruption.signalName {
        throw BackupError(.interrupted, .interrupted(signal), hint: .nothingChanged)
      }
    }
    return try line()
  }

  private static func line() throws(BackupError) -> String {
    guard let line = readLine(strippingNewline: true) else {
      throw BackupError(.usage, .none, hint: .giveOne)
    }
    return line
  }
}

extension BackupError.Message {
  fileprivate static let different: Self = "the two passwords are not the same"
  fileprivate static let again: Self = "Try again: nothing was changed."
  fileprivate static func interrupted(_ signal: String) -> Self { "interrupted by \(signal)" }
  fileprivate static let nothingChanged: Self = "No password was changed."
  fileprivate static let none: Self = "there is no password on standard input"
  fileprivate static let giveOne: Self =
    "Type it at the terminal, or: tisbackup-gui --set-password admin < FILE"
}
