import TISBackupCore

/// What a server says of itself and of the database.
struct SQLServerSurvey: Sendable, Equatable {
  /// The word that begins the answer, for a login shell or the program may say something before it.
  static let marker = "tisbackup"

  let version: String

  /// Reads the answer to ``TransactSQL/question(_:before2005:)``; throws when no backup can come of
  /// it.
  init(answer: String, database: String, section: String) throws(BackupError) {
    let words = answer.split(whereSeparator: \.isWhitespace).map(String.init)
    guard let start = words.firstIndex(of: Self.marker), words.count >= start + 4 else {
      throw BackupError(.driver, .noAnswer(section, ForeignText.line(answer)), hint: .runByHand)
    }
    version = ForeignText.line(words[start + 1])
    guard words[start + 2] != "0" else {
      throw BackupError(.driver, .missing(database, section), hint: SQLServerFailure.checkName)
    }
    guard words[start + 3] != "0" else {
      throw BackupError(.driver, .noRight(database, section), hint: SQLServerFailure.grant)
    }
  }
}

extension BackupError.Message {
  fileprivate static func noAnswer(_ section: String, _ said: String) -> Self {
    "section [\(section)]: the server does not tell its version, but '\(said)'"
  }
  fileprivate static let runByHand: Self = "Is that really sqlcmd, or osql? Run it there by hand."
  fileprivate static func missing(_ database: String, _ section: String) -> Self {
    "section [\(section)]: there is no database '\(database)' on the server"
  }
  fileprivate static func noRight(_ database: String, _ section: String) -> Self {
    "section [\(section)]: '\(database)' may not be backed up by this login of the server"
  }
}
