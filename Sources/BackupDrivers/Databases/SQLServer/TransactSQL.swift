/// Statements in the language of Microsoft SQL Server.
enum TransactSQL {
  /// Writes a backup of a database into a file.
  static func backup(_ database: String, to file: String, before2005: Bool) -> String {
    let backup = "BACKUP DATABASE \(name(database)) TO DISK = \(text(file))"
    if before2005 { return backup + " WITH FORMAT" }
    return backup
      + " WITH INIT, NOUNLOAD, NAME = \(text("Backup \(database)")), NOSKIP, STATS = 10, NOFORMAT, CHECKSUM"
  }

  /// Reads a backup as a restore would, page by page against its checksums, and restores nothing.
  static func verification(of file: String) -> String {
    "RESTORE VERIFYONLY FROM DISK = \(text(file)) WITH CHECKSUM"
  }

  /// Asks for the version of the server, whether the database is there, and whether this login may
  /// back it up; ``SQLServerSurvey`` reads the answer.
  ///
  /// `sysdatabases` every version has.
  static func question(_ database: String, before2005: Bool) -> String {
    let right =
      before2005
      ? "1"
      : "ISNULL(HAS_PERMS_BY_NAME(\(text(name(database))), N'DATABASE', N'BACKUP DATABASE'), 0)"
    return """
      SET NOCOUNT ON; SELECT N'\(SQLServerSurvey.marker) ' \
      + CONVERT(nvarchar(60), SERVERPROPERTY('ProductVersion')) + N' ' \
      + CONVERT(nvarchar(9), (SELECT COUNT(*) FROM master..sysdatabases \
      WHERE name = \(text(database)))) + N' ' + CONVERT(nvarchar(9), \(right))
      """
  }

  /// A name between brackets, in which only the closing one is doubled.
  static func name(_ name: String) -> String { "[\(name.replacing("]", with: "]]"))]" }

  /// A text of any characters, in which only quotes are doubled.
  static func text(_ text: String) -> String { "N'\(text.replacing("'", with: "''"))'" }
}
