import TISBackupCore

/// What the programs of MySQL and MariaDB complain of, and the cure.
///
/// The numbers are the server's and the client's own (MariaDB manual, "Error Codes"), tried with
/// MariaDB 10.11: `mysqldump` writes them as `Got error: 1045:` or `(1356)`.
enum MySQLFailure {
  private static let hints: [(texts: [String], hint: BackupError.Message)] = [
    (
      ["1045", "1698"],
      "Compare db_user and db_passwd with the users of the server: 'SELECT user, host FROM mysql.user'."
    ),
    (
      ["1049"],
      "The database is gone, or db_user may not see it. Where its name holds a quote or a backslash, mysqldump itself cannot dump its events: rename it."
    ),
    (
      ["2002", "2003", "2005"],
      "Does the server run there? Where it does not listen at its usual place, set db_host and db_port."
    ),
    (
      ["2006", "2013"], "The server ended or the connection broke: look at the server's error log."
    ),
    (["1356"], "Repair or drop that view, or leave its database out with db_exclude."),
    (["1577"], "Set event_scheduler to OFF instead of DISABLED."),
    (["1146"], "A table is damaged or was dropped meanwhile: 'CHECK TABLE' tells."),
    (
      [
        "1044", "1142", "1143", "1227", "1370", "insufficient privileges", "insufficent privileges",
      ],
      "Grant db_user SELECT, SHOW VIEW, TRIGGER, EVENT and LOCK TABLES on *.*."
    ),
    (["1153", "1301", "2020"], "Raise max_allowed_packet of the server."),
    (
      ["unknown option", "unknown variable"],
      "The mysqldump there is too old; install a newer client."
    ),
  ]

  /// The cure of what a program wrote; nil when it is not known.
  static func hint(_ text: String) -> BackupError.Message? {
    hints.first { $0.texts.contains { text.contains(word: $0) } }?.hint
  }
}

extension String {
  /// Whether a word stands in it that is not part of a longer number.
  fileprivate func contains(word: String) -> Bool {
    ranges(of: word).contains { range in
      let before = range.lowerBound > startIndex ? self[index(before: range.lowerBound)] : " "
      let after = range.upperBound < endIndex ? self[range.upperBound] : " "
      return !before.isNumber && !after.isNumber
    }
  }
}
