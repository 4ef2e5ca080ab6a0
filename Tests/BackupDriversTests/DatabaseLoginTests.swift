import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupDrivers

/// How the programs of databases log in.
@Suite(.scratch)
struct DatabaseLoginTests {
  private func mySQL(_ lines: String) throws -> String {
    let section = try Configuration.section("[web1]\ntype = mysql+ssh\n\(lines)")
    return String(decoding: try MySQLLogin(section).optionFile, as: UTF8.self)
  }

  @Test(arguments: [
    ("p", "p"), (#"a"b\c"#, #"a\"b\\c"#), (#"\\"#, #"\\\\"#), ("a # b ; c", "a # b ; c"),
    ("$HOME `id` 'x'", "$HOME `id` 'x'"), ("%ü", "%ü"),
    ("\"\u{301}", "\\\"\u{301}"),
  ])
  func `a MySQL password stands between double quotes`(_ password: String, _ quoted: String) throws
  {
    let file = try write(password + "\n", to: "\(ScratchDirectory.path)/password")
    #expect(
      try mySQL("db_user = o'neil\ndb_passwd_file = \(file)")
        == "[client]\nuser=\"o'neil\"\npassword=\"\(quoted)\"\n")
  }

  @Test(arguments: [
    ("", ""), ("db_host = /run/my.sock", "socket=\"/run/my.sock\"\n"),
    ("db_host = db1", "host=\"db1\"\n"), ("db_port = 3307", "port=3307\nprotocol=tcp\n"),
    ("db_host = localhost\ndb_port = 3307", "host=\"localhost\"\nport=3307\nprotocol=tcp\n"),
    ("db_host = /run/my.sock\ndb_port = 3307", "socket=\"/run/my.sock\"\nport=3307\n"),
  ])
  func `a MySQL server is reached by socket, name or port`(_ keys: String, _ lines: String) throws {
    #expect(
      try mySQL("db_user = b\ndb_passwd = p\n\(keys)")
        == "[client]\nuser=\"b\"\npassword=\"p\"\n\(lines)")
  }

  static let ways: [(keys: String, words: [String], input: Invocation.Input)] = [
    (
      "", ["su", "-", "postgres", "-c", "psql '--command=SELECT '\\''x'\\''' --no-password"], .none
    ),
    ("remote_user = postgres", ["psql", "--command=SELECT 'x'", "--no-password"], .none),
    (
      "remote_user = backup",
      ["sudo", "-n", "-u", "postgres", "--", "psql", "--command=SELECT 'x'", "--no-password"], .none
    ),
    (
      "remote_user = backup\ndb_user = the b",
      ["psql", "--command=SELECT 'x'", "--no-password", "--username=the b"], .none
    ),
    (
      "db_user = b\ndb_passwd = s3 cret",
      ["psql", "--command=SELECT 'x'", "--password", "--username=b"],
      .bytes(Array("s3 cret\n".utf8))
    ),
    (
      "db_passwd = s\ndb_host = db1\ndb_port = 5433",
      ["psql", "--command=SELECT 'x'", "--password", "--host=db1", "--port=5433"],
      .bytes(Array("s\n".utf8))
    ),
    (
      "db_host = /var/run/a b",
      ["su", "-", "postgres", "-c"]
        + ["psql '--command=SELECT '\\''x'\\''' --no-password '--host=/var/run/a b'"], .none
    ),
  ]

  @Test(arguments: ways)
  func `a PostgreSQL program runs as one who may dump`(
    _ way: (keys: String, words: [String], input: Invocation.Input)
  ) throws {
    let section = try Configuration.section("[web1]\ntype = pgsql+ssh\n\(way.keys)")
    let login = try PostgreSQLLogin(section)
    #expect(login.words("psql", ["--command=SELECT 'x'"]) == way.words)
    #expect(login.input == way.input)
  }

  @Test(arguments: [
    ("shop_Z", "--dbname=shop_Z"), ("a=b", "--dbname=dbname='a=b'"),
    (#"it's \o/"#, #"--dbname=dbname='it\'s \\o/'"#),
    ("postgres://x", "--dbname=dbname='postgres://x'"),
    ("-W", "--dbname=dbname='-W'"), ("ü", "--dbname=dbname='ü'"),
    ("'\u{301}", "--dbname=dbname='\\'\u{301}'"), ("a b", "--dbname=dbname='a b'"),
  ])
  func `a PostgreSQL database is named so that it is taken for nothing else`(
    _ name: String, _ word: String
  ) {
    #expect(PostgreSQLLogin.database(name) == word)
  }
}
