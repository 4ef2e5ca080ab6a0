import TISBackupCore

/// The programs of MySQL or MariaDB that a machine has.
struct MySQLPrograms: Sendable, Equatable {
  /// The client, `mariadb` or `mysql`.
  var client = "mysql"
  /// The dumper, `mariadb-dump` or `mysqldump`.
  var dumper = "mysqldump"
  /// What the dumper says of its version.
  var version = ""

  /// Tells which of them a machine has, then runs the client with these arguments.
  ///
  /// One login for both questions. Newer machines with MariaDB lack the names of MySQL.
  static func question(_ arguments: [String]) -> [String] {
    ["sh", "-c", script, "sh"] + arguments
  }

  private static let script = """
    for p in mariadb mysql mariadb-dump mysqldump; do command -v "$p"; done; \
    for p in mariadb-dump mysqldump; do "$p" --version </dev/null && break; done 2>/dev/null; \
    for p in mariadb mysql; do command -v "$p" >/dev/null && exec "$p" "$@"; done; true
    """

  init() {}

  /// Reads the answer; throws when one of the two is missing.
  init(answer: String, section: String) throws(BackupError) {
    let lines = answer.split(whereSeparator: \.isNewline).map(String.init)
    func first(of names: [String]) -> String? {
      names.first { name in lines.contains { $0 == name || $0.hasSuffix("/" + name) } }
    }
    guard let client = first(of: ["mariadb", "mysql"]),
      let dumper = first(of: ["mariadb-dump", "mysqldump"])
    else { throw BackupError(.driver, .noPrograms(section), hint: .install) }
    (self.client, self.dumper) = (client, dumper)
    version = lines.first { $0.contains(" Ver ") } ?? ""
  }

  var isMariaDB: Bool { version.contains("MariaDB") }
}

extension BackupError.Message {
  fileprivate static func noPrograms(_ section: String) -> Self {
    "section [\(section)]: that machine lacks mysqldump, or mysql"
  }
  fileprivate static let install: Self =
    "Install mariadb-client or mysql-client there, on the PATH of remote_user."
}
