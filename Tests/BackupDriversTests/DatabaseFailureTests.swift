import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupDrivers

/// What programs wrote when they failed, as it was recorded, and the cure that is told.
struct DatabaseFailureTests {
  static let mySQL: [(text: String, cure: String)] = [
    (
      "ERROR 1045 (28000): Access denied for user 'b'@'localhost' (using password: YES)",
      "db_passwd"
    ),
    ("mysqldump: Got error: 1045: \"Access denied for user\" when trying to connect", "db_passwd"),
    ("ERROR 1698 (28000): Access denied for user 'root'@'localhost'", "db_user"),
    ("mysqldump: Got error: 1049: \"Unknown database 'it'\" when selecting the database", "rename"),
    ("ERROR 2002 (HY000): Can't connect to local server through socket '/x' (2)", "db_host"),
    ("ERROR 2005 (HY000): Unknown server host 'db9' (-2)", "db_host"),
    (
      "mysqldump: Error 2013: Lost connection to server during query when dumping table",
      "error log"
    ),
    (
      "mysqldump: Got error: 1356: \"View 'b.v' references invalid table(s)\" when using LOCK TABLES",
      "db_exclude"
    ),
    ("mysqldump: Couldn't execute 'show events': Cannot proceed (1577)", "event_scheduler"),
    ("mysqldump: Got error: 1142: \"SHOW command denied to user\"", "Grant db_user"),
    ("mysqldump: b has insufficent privileges to SHOW CREATE PROCEDURE `p`!", "Grant db_user"),
    (
      "mysqldump: Error 2020: Got packet bigger than 'max_allowed_packet' bytes",
      "max_allowed_packet"
    ),
    ("mysqldump: unknown option '--no-tablespaces'", "too old"),
    ("mysqldump: unknown variable 'max-allowed-packet=1G'", "too old"),
  ]

  @Test(arguments: mySQL)
  func `a complaint of MySQL's programs comes with its cure`(_ text: String, _ cure: String) {
    #expect(MySQLFailure.hint(text)?.text.contains(cure) == true)
  }

  @Test(arguments: ["", "all is well", "table t21045 is odd", "10451 rows", "line 20020"])
  func `a number within a longer one is no complaint of MySQL`(_ text: String) {
    #expect(MySQLFailure.hint(text) == nil)
  }

  static let postgreSQL: [(text: String, cure: String)] = [
    (
      "pg_dump: error: aborting because of server version mismatch\npg_dump: detail: server version: 16.1; pg_dump version: 15.18",
      "postgresql-client"
    ),
    ("FATAL:  password authentication failed for user \"b\"", "db_passwd"),
    ("fe_sendauth: no password supplied", ".pgpass"),
    ("FATAL:  Peer authentication failed for user \"b\"", "db_host"),
    ("sudo: a password is required", "NOPASSWD"),
    ("FATAL:  no pg_hba.conf entry for host \"::1\", user \"b\"", "pg_hba.conf"),
    (
      "connection to server on socket \"/x/.s.PGSQL.5432\" failed: No such file or directory",
      "db_port"
    ),
    ("connection to server at \"127.0.0.1\", port 1 failed: Connection refused", "db_port"),
    ("pg_dump: detail: server closed the connection unexpectedly", "log"),
    ("FATAL:  terminating connection due to administrator command", "log"),
    ("ERROR:  permission denied for table t", "pg_read_all_data"),
    ("FATAL:  database \"x\" does not exist", "db_name"),
    ("ERROR:  query would be affected by row-level security policy for table \"t\"", "BYPASSRLS"),
    (
      "su: user postgres does not exist or the user entry does not contain all fields",
      "Set db_user"
    ),
    ("ERROR:  invalid byte sequence for encoding \"UTF8\": 0xfc", "encoding = SQL_ASCII"),
    ("sudo: unknown user postgres", "Set db_user"),
    ("FATAL:  role \"b\" does not exist", "db_user"),
  ]

  @Test(arguments: postgreSQL)
  func `a complaint of PostgreSQL's programs comes with its cure`(_ text: String, _ cure: String) {
    #expect(PostgreSQLFailure.hint(text)?.text.contains(cure) == true)
  }

  static let samba: [(text: String, cure: String)] = [
    ("sh: 1: cd: can't cd to /var/lib/samba", "root_dir_samba"),
    ("/srv: 'private' is not there, or may not be read", "root_dir_samba"),
    ("tdb_open_ex: could not open file d/db: Permission denied\nFailed to open d/db", "root"),
    ("tdb_open_ex: hash size 10000 does not fit\nFailed to open d/db", "tdbtool FILE check"),
    ("mktemp: failed to create directory: No space left on device", "as much room"),
    ("mktemp: failed to create directory: Read-only file system", "writable"),
    ("mdb_copy: opening environment failed, error -30793 (MDB_INVALID: x)", "LMDB"),
    ("tdb_open_ex: could not open file d/db: No such file or directory", "a moment ago"),
  ]

  @Test(arguments: samba)
  func `a complaint of Samba's programs comes with its cure`(_ text: String, _ cure: String) {
    #expect(SambaFailure.hint(text)?.text.contains(cure) == true)
  }

  static let sqlServer: [(text: String, cure: String)] = [
    (
      "'sh' is not recognized as an internal or external command,\r\noperable program or batch file.",
      "POSIX"
    ),
    ("The term 'sh' is not recognized as the name of a cmdlet, function", "POSIX"),
    ("Sqlcmd: Error: Microsoft ODBC Driver 17 : Login failed for user 'sa'..", "db_password"),
    ("Msg 18456, Level 14, State 1, Server S, Line 1\nÉchec de l'ouverture de session", "db_user"),
    (
      "Msg 911, Level 16, State 11, Server S, Line 1\nLa base de données 'x' n'existe pas",
      "db_name"
    ),
    ("Msg 262, Level 14, State 1\nBACKUP DATABASE permission denied in database 'x'.", "role"),
    (
      "Cannot open backup device 'c:/x.bak'. Operating system error 5(Access is denied.).",
      "account of the server's service"
    ),
    ("Cannot open backup device 'c:/x'. Operating system error 112(not enough space)", "full"),
    ("Msg 3043, Level 16\nBACKUP 'x' detected an error on page (1:80) in file", "CHECKDB"),
    ("SSL Provider: The certificate chain was issued by an authority", "certificate"),
    ("A network-related or instance-specific error has occurred", "db_server_name"),
    ("[DBNETLIB]SQL Server does not exist or access denied.", "db_server_name"),
    ("cat: c:/WINDOWS/Temp/x.bak: No such file or directory", "remote_backup_dir"),
    ("rm: cannot remove 'c:/x.bak': Permission denied", "remote_backup_dir"),
  ]

  @Test(arguments: sqlServer)
  func `a complaint of SQL Server comes with its cure`(_ text: String, _ cure: String) {
    #expect(SQLServerFailure.hint(text)?.text.contains(cure) == true)
  }

  @Test(arguments: ["", "100 percent processed.", "Msg 9110, all is well"])
  func `what is no complaint of SQL Server has no cure`(_ text: String) {
    #expect(SQLServerFailure.hint(text) == nil)
  }

  static let ends: [(finished: Finished, code: BackupError.Code, message: String, cure: String)] = [
    (
      Finished(2, errors: "mysqldump: Got error: 1045: x\n"), .driver,
      "'shop': failed (exit 2): mysqldump: Got error: 1045: x", "db_passwd"
    ),
    (Finished(1), .driver, "'shop': failed (exit 1)", "by hand"),
    (
      Finished(127, errors: "bash: line 1: pg_dump: command not found\n"), .driver,
      "'shop': failed (exit 127): bash: line 1: pg_dump: command not found", "Install"
    ),
    (
      Finished(255, errors: "b@h: Permission denied (publickey).\n"), .refused,
      "'shop': the connection failed (ssh exit 255): b@h: Permission denied (publickey).",
      "private_key"
    ),
    (Finished(255), .transport, "'shop': the connection failed (ssh exit 255)", "machine up"),
    (
      Finished(.timedOut(.program(90))), .overtime, "'shop': was ended after the limit of ",
      "Raise 'timeout'"
    ),
    (
      Finished(1, errors: "Warning: Permanently added 'h' to the list\nPassword: psql: a\nb\nc\n"),
      .driver, "'shop': failed (exit 1): psql: a / b / c", "by hand"
    ),
    (
      Finished(
        1,
        errors: """
          .bashrc: line 3: fortune: command not found
          pg_dump: error: Dumping the contents of table "t" failed: PQgetCopyData() failed.
          pg_dump: detail: Error message from server: server closed the connection unexpectedly
          \tThis probably means the server terminated abnormally
          \tbefore or while processing the request.
          pg_dump: detail: Command was: COPY public.t (id) TO stdout;

          """), .driver,
      "'shop': failed (exit 1): pg_dump: error: Dumping the contents of table \"t\" failed: "
        + "PQgetCopyData() failed. / pg_dump: detail: Error message from server: server closed",
      "by hand"
    ),
  ]

  @Test(arguments: ends)
  func `the end of a program there is judged`(
    _ end: (finished: Finished, code: BackupError.Code, message: String, cure: String)
  ) throws {
    let failure = RemoteFailure(section: "web1", subject: "shop", hint: MySQLFailure.hint)
    let error = try #require(failure.error(end.finished))
    #expect(error.code == end.code)
    #expect(error.message.text.hasPrefix("section [web1]: \(end.message)"), "\(error)")
    #expect(error.hint?.text.contains(end.cure) == true, "\(error)")
  }

  @Test func `a program that did well, or was stopped by us, is no failure of its own`() {
    let failure = RemoteFailure(section: "web1", subject: "shop", hint: { _ in nil })
    #expect(failure.error(Finished(0, errors: "a warning\n")) == nil)
    #expect(failure.error(Finished(.signaled(15)))?.code == .interrupted)
  }
}
