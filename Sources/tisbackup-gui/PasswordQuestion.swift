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
      throw BackupError(.usage, .different, hint: nil)
    }
    return first
  }

  private static func prompted(_ question: String) throws(BackupError) -> String {
    Output.complain(question)
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
  fileprivate static let none: Self = "there is no password on standard input"
  fileprivate static let giveOne: Self =
    "Type it at the terminal, or: tisbackup-gui --set-password admin < FILE"
}
