import Foundation
import TISBackupTestSupport
import Testing

/// The password of a database goes nowhere but to its server.
@Suite(.scratch)
struct DatabaseSecretTests {
  private let scratch = ScratchDirectory.path

  /// Every printable character; an ini has no blank at the ends of a value, nor after it `;`.
  static let everySign =
    (0x21...0x4f).compactMap { UnicodeScalar($0) }.map(String.init).joined() + " "
    + (0x50...0x7e).compactMap { UnicodeScalar($0) }.map(String.init).joined()

  /// Runs a backup while somebody looks, and looks at all it left.
  private func expectSecret(
    _ site: DatabaseSite, _ secret: String, _ arguments: [String], _ status: Int32
  ) async throws {
    let watched = try await SecretWatch.leaks(of: [secret]) {
      try await program(
        [toolPath("tisbackup-run"), "-c", site.ini] + arguments,
        environment: ["TMPDIR": site.temporary])
    }
    #expect(watched.leaks == [], "\(arguments)")
    if arguments == ["-v"] { #expect(watched.rounds > 2) }
    let result = watched.result
    #expect(result.status == status, "\(arguments): \(result.stdout)\(result.stderr)")
    #expect(!(result.stdout + result.stderr).contains(secret), "\(arguments)")
    // Not as an argument: other tests look for it, too.
    let file = try write(secret + "\n", to: "\(scratch)/secret")
    let found = try await program(
      ["grep", "-rlaF", "-f", file, site.base, site.temporary, "\(site.folder)/sshd.log"])
    #expect(found.status == 1 && found.stdout == "", "\(arguments): \(found.stdout)")
  }

  @Test func `the password of a MariaDB is never seen, whatever is run, nor when it is wrong`()
    async throws
  {
    let server = try await MariaDBServer.start(in: scratch, password: Self.everySign)
    let site = try await DatabaseSite.start()
    try await server.sample("shop")
    try site.configure(server)
    for arguments in [["--test-connection"], ["--dry-run"], ["-v"]] {
      try await expectSecret(site, Self.everySign, arguments, 0)
    }
    #expect(names(try site.backup()).contains("shop.sql.gz"))
    let wrong = "wr0ng-\(Self.everySign)"
    try site.configure(server, "db_passwd = \(wrong)")
    for arguments in [["--test-connection"], ["-v"]] {
      try await expectSecret(site, wrong, arguments, 2)
    }
  }

  @Test func `the password of a PostgreSQL is never seen, whatever is run, nor when it is wrong`()
    async throws
  {
    let server = try await PostgreSQLServer.start(
      in: scratch, password: Self.everySign, superuser: true)
    let site = try await DatabaseSite.start()
    try await server.sample("shop")
    let login = "db_user = \(server.user)\n"
    try site.configure(server, login + "db_passwd = \(Self.everySign)")
    for arguments in [["--test-connection"], ["--dry-run"], ["-v"]] {
      try await expectSecret(site, Self.everySign, arguments, 0)
    }
    #expect(names(try site.backup()).contains { $0.hasPrefix("shop-") })
    let wrong = "wr0ng-\(Self.everySign)"
    try site.configure(server, login + "db_passwd = \(wrong)")
    for arguments in [["--test-connection"], ["-v"]] {
      try await expectSecret(site, wrong, arguments, 2)
    }
  }

  @Test func `a password in a file of its own may begin and end with blanks`() async throws {
    let password = " \(Self.everySign) ;# "
    let mariaDB = try await MariaDBServer.start(in: scratch, password: password)
    let postgreSQL = try await PostgreSQLServer.start(in: scratch, password: password)
    let site = try await DatabaseSite.start()
    for database in ["shop"] {
      try await mariaDB.fill(database, rows: 3)
      try await postgreSQL.fill(database, rows: 3)
    }
    let file = try write(password + "\r\n", to: "\(scratch)/password", mode: 0o600)
    try site.configure(mariaDB, "db_passwd =\ndb_passwd_file = \(file)")
    try await expectSecret(site, password, ["-v"], 0)
    try site.configure(
      postgreSQL, "db_name = shop\ndb_user = backup\ndb_passwd_file = \(file)")
    try await expectSecret(site, password, ["-v"], 0)
  }
}
