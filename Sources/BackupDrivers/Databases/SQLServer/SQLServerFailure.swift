import TISBackupCore

/// What `sqlcmd`, `osql` and the shells of Windows complain of, and the cure.
///
/// The texts are those of the server's messages ("Database Engine events and errors"), which the
/// numbers before them name in every language.
enum SQLServerFailure {
  /// How a machine gets a program that it lacks.
  static let install: BackupError.Message =
    "Install Microsoft's command line utilities for SQL Server there, and put sqlcmd (osql before 2005) on the PATH of that login."
  static let checkName: BackupError.Message =
    "Check db_name, and db_server_name where the machine has several instances."
  static let grant: BackupError.Message =
    "Give that login of the server the role db_backupoperator in the database."

  private static let hints: [(texts: [String], hint: BackupError.Message)] = [
    (
      ["is not recognized as"],
      "The login there has cmd.exe or PowerShell for a shell: as for TISBackup, it needs a POSIX one, with sh, cat and rm (Cygwin, MSYS2)."
    ),
    (
      ["Login failed for user", "Msg 18456", "Msg 18452"],
      "Compare db_user and db_password with the logins of the server; without db_user, the Windows login (username) must be one."
    ),
    (["Msg 911,", "Msg 4060,", "does not exist. Make sure"], checkName),
    (["Msg 262,", "permission denied in database"], grant),
    (
      ["error 112", "Msg 3202,", "insufficient free space", "No space left"],
      "The disk of remote_backup_dir is full: it takes the whole backup before it is compressed here."
    ),
    (
      ["Cannot open backup device", "Msg 3201,"],
      "The account of the server's service, not the login, writes the backup: let it write into remote_backup_dir."
    ),
    (
      ["Msg 3043,", "detected an error on page", "failed checksum", "Msg 3189,", "Msg 3242,"],
      "The database, or what was written of it, is damaged: run DBCC CHECKDB and look at that disk."
    ),
    (
      ["certificate"],
      "This sqlcmd trusts no certificate that the server made itself: install one that it trusts, or use an older sqlcmd."
    ),
    (
      ["instance-specific", "Could not open a connection", "does not exist or access denied"],
      "Does that instance run, and is it named right in db_server_name?"
    ),
    (
      ["No such file", "may write into", "cannot remove", "Permission denied"],
      "remote_backup_dir must be a folder of that very machine, which the server, and the login, may write into and remove from."
    ),
  ]

  /// The cure of what a program wrote; nil when it is not known.
  static func hint(_ text: String) -> BackupError.Message? {
    hints.first { $0.texts.contains { text.contains($0) } }?.hint
  }
}
