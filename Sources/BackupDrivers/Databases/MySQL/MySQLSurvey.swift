import BackupProofs
import TISBackupCore

/// What a MySQL or MariaDB server says of itself, its databases and the rights of our login.
struct MySQLSurvey: Sendable, Equatable {
  /// One database of the server.
  struct Database: Sendable, Equatable {
    var name: String
    var characterSet = ""
    var collation = ""
    /// Procedures and functions that the login sees.
    var routines = 0
    /// Events; nil when nobody could tell.
    var events: Int? = 0
    /// Events that a dump can hold: none where the scheduler is disabled.
    var dumpableEvents = 0

    /// The statement that makes the empty database.
    var definition: String {
      let quoted = "`\(name.doubling("`"))`"
      guard !characterSet.isEmpty else { return "CREATE DATABASE \(quoted);" }
      return "CREATE DATABASE \(quoted) CHARACTER SET \(characterSet) COLLATE \(collation);"
    }
  }

  /// The server's own; a dump of them restores on no other server.
  static let system: Set<String> = ["information_schema", "performance_schema", "sys", "mysql"]

  var version = ""
  /// `ON`, `OFF`, or `DISABLED`: then nobody can look at events, and a dump with them fails (1577).
  var eventScheduler = ""
  var databases: [Database] = []
  var grants = MySQLGrants()

  /// The statements that are asked.
  ///
  /// Names come as hexadecimal digits, for they may hold anything; rows are told apart by their
  /// first column. Events are asked for only where that is no error.
  static let question = """
    SELECT 'server', VERSION(), @@event_scheduler; \
    SELECT 'database', HEX(CONVERT(SCHEMA_NAME USING utf8mb4)), DEFAULT_CHARACTER_SET_NAME, \
    DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA; \
    SELECT 'routines', HEX(CONVERT(ROUTINE_SCHEMA USING utf8mb4)), COUNT(*) \
    FROM information_schema.ROUTINES GROUP BY ROUTINE_SCHEMA; \
    SET @q = IF(@@event_scheduler = 'DISABLED', 'SELECT 1 FROM DUAL WHERE 0', \
    'SELECT ''events'', HEX(CONVERT(EVENT_SCHEMA USING utf8mb4)), COUNT(*) \
    FROM information_schema.EVENTS GROUP BY EVENT_SCHEMA'); \
    PREPARE s FROM @q; EXECUTE s; SHOW GRANTS
    """

  /// What is asked where the scheduler is disabled: MariaDB's table, which an error answers where
  /// the login may not read it or there is none.
  static let eventQuestion = """
    SELECT 'events', HEX(CONVERT(db USING utf8mb4)), COUNT(*) FROM mysql.event GROUP BY db; \
    SELECT 'counted'
    """

  /// Reads the answer of the client in batch mode without column names: columns are separated by
  /// tabs.
  init(answer: String, section: String) throws(BackupError) {
    for line in answer.split(whereSeparator: \.isNewline) {
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      switch (columns[0], columns.count) {
      case ("server", 3): (version, eventScheduler) = (columns[1], columns[2])
      case ("database", 4):
        databases.append(
          Database(
            name: try Self.name(columns[1], section), characterSet: columns[2],
            collation: columns[3]))
      case ("routines", 3):
        update(try Self.name(columns[1], section)) { $0.routines = Int(columns[2]) ?? 0 }
      case ("events", 3):
        let count = Int(columns[2]) ?? 0
        update(try Self.name(columns[1], section)) {
          ($0.events, $0.dumpableEvents) = (count, count)
        }
      // Batch mode doubles a backslash.
      default:
        if columns[0].hasPrefix("GRANT ") { grants.add(columns[0].replacing("\\\\", with: "\\")) }
      }
    }
    guard !version.isEmpty else { throw BackupError(.driver, .unclear(section), hint: .quiet) }
    if isSchedulerDisabled { for index in databases.indices { databases[index].events = nil } }
  }

  var isSchedulerDisabled: Bool { eventScheduler == "DISABLED" }

  /// Takes what ``eventQuestion`` was answered.
  mutating func addEvents(answer: String, section: String) throws(BackupError) {
    let lines = answer.split(whereSeparator: \.isNewline)
    guard lines.last == "counted" else { return }
    for index in databases.indices { databases[index].events = 0 }
    for line in lines {
      let columns = line.split(separator: "\t").map(String.init)
      guard columns.count == 3 else { continue }
      update(try Self.name(columns[1], section)) { $0.events = Int(columns[2]) }
    }
  }

  private mutating func update(_ name: String, _ change: (inout Database) -> Void) {
    if let index = databases.firstIndex(where: { $0.name == name }) { change(&databases[index]) }
  }

  private static func name(_ digits: String, _ section: String) throws(BackupError) -> String {
    guard let name = HexText.decode(digits) else {
      throw BackupError(.driver, .unclear(section), hint: .quiet)
    }
    return name
  }
}

extension BackupError.Message {
  fileprivate static func unclear(_ section: String) -> Self {
    "section [\(section)]: the database server's answer cannot be understood"
  }
  fileprivate static let quiet: Self =
    "A login shell there must print nothing; try 'mysql --execute=\"SHOW DATABASES\"' by ssh."
}
