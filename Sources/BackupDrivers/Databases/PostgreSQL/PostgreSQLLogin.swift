import OutsideWorld
import TISBackupCore

/// How the programs of PostgreSQL log in on the machine that runs them.
struct PostgreSQLLogin: Sendable, Equatable {
  private enum Way: Sendable, Equatable {
    /// As the system user `postgres`, whom the server knows by the socket ("peer authentication");
    /// the words that make the login that user, none where it is.
    case peer([String])
    /// As this user of the server; a password comes from that login's `.pgpass`, where it needs one.
    case passwordFile(String)
    /// As this user, with this password.
    case password(String?, String)
  }

  private let way: Way
  private let place: [String]

  init(_ section: Section) throws(BackupError) {
    let user = section.text(.pgUser)
    if let password = try section.secret(.pgPassword) {
      way = .password(user, password)
    } else if let user {
      way = .passwordFile(user)
    } else {
      switch section.text(.remoteUser) ?? "root" {
      case "root": way = .peer(["su", "-", "postgres", "-c"])
      case "postgres": way = .peer([])
      default: way = .peer(["sudo", "-n", "-u", "postgres", "--"])
      }
    }
    let host = section.text(.dbHost).map { ["--host=\($0)"] } ?? []
    place = host + (try section.number(.dbPort).map { ["--port=\($0)"] } ?? [])
  }

  /// The words that run a program of PostgreSQL there, connected to the server.
  func words(_ program: String, _ arguments: [String]) -> [String] {
    switch way {
    case .peer(let prefix):
      let words = [program] + arguments + ["--no-password"] + place
      // `su` hands one line to a shell of its own.
      return prefix.last == "-c" ? prefix + [RemoteQuoting.command(words)] : prefix + words
    case .passwordFile(let user):
      return [program] + arguments + ["--no-password", "--username=\(user)"] + place
    case .password(let user, _):
      let name = user.map { ["--username=\($0)"] } ?? []
      return [program] + arguments + ["--password"] + name + place
    }
  }

  /// What goes to the standard input of the program: without a terminal, which ssh does not give,
  /// it is where the password is read from (`simple_prompt` of PostgreSQL's `sprompt.c`).
  var input: Invocation.Input {
    guard case .password(_, let password) = way else { return .none }
    return .bytes(Array(password.utf8) + [0x0a])
  }

  /// A database by its name, as a connection string where the name may be taken for one or holds
  /// anything odd (PostgreSQL manual, "Keyword/Value Connection Strings").
  static func database(_ name: String) -> String {
    let isPlain = name.utf8.allSatisfy { byte in
      byte == UInt8(ascii: "_")
        || (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
    }
    if isPlain { return "--dbname=\(name)" }
    return "--dbname=dbname='\(name.escaping("\\", "'"))'"
  }
}
