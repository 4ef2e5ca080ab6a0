import TISBackupCore

/// What the programs of PostgreSQL complain of, and the cure; tried with PostgreSQL 15.
enum PostgreSQLFailure {
  private static let hints: [(text: String, hint: BackupError.Message)] = [
    (
      "server version mismatch",
      "The pg_dump there is older than the server: install the postgresql-client of the server's version there."
    ),
    (
      "password authentication failed",
      "Compare db_user and db_passwd with the roles of the server: '\\du' in psql."
    ),
    (
      "no password supplied",
      "Set db_passwd, or put a line for that server into ~/.pgpass of remote_user, mode 600."
    ),
    (
      "Peer authentication failed",
      "The socket lets in the system user of that name alone: set db_host = localhost, or log in as that user."
    ),
    (
      "password is required",
      "Let remote_user run it by 'sudo -n -u postgres' (NOPASSWD in sudoers), or set db_user."
    ),
    ("no pg_hba.conf entry", "Add a line for db_user to pg_hba.conf of the server."),
    ("could not connect to server", .running), ("Connection refused", .running),
    ("No such file or directory", .running),
    ("server closed the connection", "The server ended: look at its log."),
    ("terminating connection", "The server ended: look at its log."),
    (
      "permission denied for",
      "Grant db_user pg_read_all_data (PostgreSQL 14 and newer), or dump as postgres."
    ),
    ("user postgres does not exist", .noSystemUser), ("unknown user", .noSystemUser),
    ("does not exist", "Check db_name and db_user."),
    (
      "invalid byte sequence for encoding",
      "Its text is of another encoding, as one of SQL_ASCII may be: set 'encoding = SQL_ASCII' in a section of its own."
    ),
    ("row-level security", "Dump as a superuser, or as a role with BYPASSRLS."),
  ]

  /// The cure of what a program wrote; nil when it is not known.
  static func hint(_ text: String) -> BackupError.Message? {
    hints.first { text.contains($0.text) }?.hint
  }
}

extension BackupError.Message {
  fileprivate static let noSystemUser: Self =
    "Set db_user: that machine has no system user postgres."
  fileprivate static let running: Self =
    "Does the server run there? Where it does not listen at its usual place, set db_host and db_port."
}
