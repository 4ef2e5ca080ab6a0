import TISBackupCore

/// The login of a MySQL or MariaDB server, as an option file that goes to the standard input of its
/// programs: so the password is on no command line and in no file there.
struct MySQLLogin: Sendable, Equatable {
  private let user: String
  private let password: String
  private let host: String?
  private let port: Int?

  init(_ section: Section) throws(BackupError) {
    user = try section.require(.dbUser)
    _ = try section.require(.dbPassword)
    password = try section.secret(.dbPassword) ?? ""
    host = section.text(.dbHost)
    port = try section.number(.dbPort)
  }

  /// Must be the first argument (`mysqldump` takes it for an unknown variable elsewhere).
  static let option = "--defaults-extra-file=/dev/stdin"

  /// Group `client` is read by `mysql` and `mysqldump`, and after the files of that machine, so it
  /// wins over them.
  var optionFile: [UInt8] {
    var lines = ["[client]", "user=\(Self.quote(user))", "password=\(Self.quote(password))"]
    if let host { lines.append("\(host.hasPrefix("/") ? "socket" : "host")=\(Self.quote(host))") }
    if let port { lines.append("port=\(port)") }
    // Through TCP also where the host is localhost, which stands for the socket otherwise.
    if port != nil, host?.hasPrefix("/") != true { lines.append("protocol=tcp") }
    return Array(lines.joined(separator: "\n").utf8) + [0x0a]
  }

  /// A value between double quotes, where a backslash takes the meaning of what follows (MariaDB
  /// manual, "Option Files": escapes); `#` begins no comment there.
  private static func quote(_ value: String) -> String {
    "\"\(value.escaping("\\", "\""))\""
  }
}
