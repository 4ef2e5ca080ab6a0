import OutsideWorld
import TISBackupCore

/// The program that hands statements to a server, and how it logs in.
struct SQLServerClient: Sendable, Equatable {
  /// Whether it is `osql`, for a server that is older than `sqlcmd`.
  let isBefore2005: Bool
  private let instance: String
  private let user: String?
  private let password: String

  init(_ section: Section) throws(BackupError) {
    isBefore2005 = section.flag(.sqlBefore2005)
    instance = section.text(.sqlInstance) ?? "localhost"
    user = section.text(.sqlUser)
    let password = try section.secret(.sqlPassword)
    guard user == nil || password != nil else {
      throw BackupError(.configuration, .noPassword(section), hint: .addPassword)
    }
    self.password = password ?? ""
  }

  /// The words that run a statement, which is to follow as the last one: `-b` ends with an error when
  /// the server tells one, `-x` (of `sqlcmd` alone) leaves a `$(...)` in a name as it is.
  var words: [String] {
    [isBefore2005 ? "osql" : "sqlcmd", "-b"] + (isBefore2005 ? [] : ["-x"])
      + ["-d", "master", "-S", instance] + (user.map { ["-U", $0] } ?? ["-E"])
      // No line above the answer of a question, and no break within.
      + ["-h-1", "-w", "1000", "-Q"]
  }

  /// The variable that the program takes a password from.
  ///
  /// There is no other way: beside that, both read it from their arguments, which everybody there
  /// can see, or from a console, which ssh does not give. So it is set for that program alone, from
  /// what comes by standard input.
  var passwordVariable: String? {
    user == nil ? nil : isBefore2005 ? "OSQLPASSWORD" : "SQLCMDPASSWORD"
  }

  var input: Invocation.Input {
    user == nil ? .none : .bytes(Array(password.utf8) + [0x0a])
  }
}

extension BackupError.Message {
  fileprivate static func noPassword(_ section: Section) -> Self {
    "\(section.place(of: .sqlUser)): section [\(section.name)]: db_user has no password"
  }
  fileprivate static let addPassword: Self =
    "Add 'db_password = ...' or db_password_file, or take db_user away to log in as the Windows login."
}
