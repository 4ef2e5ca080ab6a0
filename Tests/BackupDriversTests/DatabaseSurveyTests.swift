import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupDrivers

/// What servers say of themselves, and what machines say instead.
struct DatabaseSurveyTests {
  @Test(arguments: ["mysql+ssh", "pgsql+ssh"])
  func `all databases of a server are known, however long its answer`(_ type: String) async throws {
    let names = (0..<20_000).map { "database_with_a_long_name_\($0)" }
    func hex(_ text: String) -> String { text.utf8.map { String($0, radix: 16) }.joined() }
    let answer =
      type == "mysql+ssh"
      ? "/usr/bin/mysql\n/usr/bin/mysqldump\nserver\t10\tON\n"
        + names.map { "database\t\(hex($0))\tutf8mb4\tutf8mb4_bin\n" }.joined()
      : "server|15|t\n" + names.map { "database|\(hex($0))|70|UTF8|43|43\n" }.joined()
    #expect(answer.utf8.count > 1 << 20)
    let section = try Configuration.section(
      """
      [web1]
      type = \(type)
      server_name = web1.example.com
      private_key = /k
      \(type == "mysql+ssh" ? "db_user = b\ndb_passwd = p" : "")
      """)
    let world = World(
      now: { Instant(seconds: 0) }, zone: .utc, writer: .scripted, isAlive: { _ in true },
      run: { invocation, _ in
        // As the real one: what is not streamed lacks its middle.
        guard let sink = invocation.sink else { return Finished(0, String(answer.prefix(1 << 19))) }
        do { try sink.drain(answer) } catch { Issue.record(error) }
        return Finished(0)
      }, say: { _ in })
    let told = try await BackupDrivers.make(section).testConnection(using: world).joined()
    #expect(told.contains("'\(names[9_999])'") && told.contains("'\(names[19_999])'"))
  }

  @Test func `a MySQL server's answer is read`() throws {
    let survey = try MySQLSurvey(
      answer: """
        server\t10.11.6-MariaDB\tON
        database\t73686F70\tutf8mb4\tutf8mb4_general_ci
        database\t612062\tlatin1\tlatin1_swedish_ci
        database\t60CC8160\t\t
        routines\t73686F70\t2
        routines\t7A\t9
        events\t73686F70\t3
        GRANT SELECT, EVENT, TRIGGER ON `a\\\\_b`.* TO `b`@`%`
        GRANT SELECT ON `mysql`.* TO `b`@`%`

        """, section: "web1")
    #expect(survey.version == "10.11.6-MariaDB" && !survey.isSchedulerDisabled)
    #expect(
      survey.databases == [
        .init(
          name: "shop", characterSet: "utf8mb4", collation: "utf8mb4_general_ci", routines: 2,
          events: 3, dumpableEvents: 3),
        .init(name: "a b", characterSet: "latin1", collation: "latin1_swedish_ci"),
        .init(name: "`\u{301}`"),
      ])
    // An accent on a quote does not hide it.
    #expect(survey.databases[2].definition == "CREATE DATABASE ```\u{301}```;")
    #expect(survey.grants.missing(for: "a_b") == [])
    #expect(survey.grants.missing(for: "axb") != [])
  }

  @Test(
    arguments: [
      ("events\t73686F70\t2\ncounted\n", [2, 0]), ("counted\n", [0, 0]), ("", [nil, nil]),
      ("events\t73686F70\t2\n", [nil, nil]), ("noise\ncounted\n", [0, 0]),
    ] as [(String, [Int?])])
  func `where the scheduler is disabled, events are known only from a whole answer`(
    _ answer: String, _ events: [Int?]
  ) throws {
    var survey = try MySQLSurvey(
      answer: "server\t10\tDISABLED\ndatabase\t73686F70\ta\tb\ndatabase\t61\ta\tb\n",
      section: "web1")
    #expect(survey.isSchedulerDisabled)
    #expect(survey.databases.map(\.events) == [nil, nil])
    try survey.addEvents(answer: answer, section: "web1")
    #expect(survey.databases.map(\.events) == events)
    #expect(survey.databases.map(\.dumpableEvents) == [0, 0])
  }

  @Test(arguments: [
    "", "\n\n", "Welcome!\n", "database\t73686F70\tutf8\tutf8_bin\n", "server\t10\n",
    "server\t10\tON\ndatabase\t7\tutf8\tutf8_bin\n",
    "server\t10\tON\ndatabase\tzz\tutf8\tutf8_bin\n",
    "server\t10\tON\ndatabase\tC3\tutf8\tutf8_bin\n", "server\t\tON\n",
    "server\t10\tON\ndatabase\t+1\tutf8\tutf8_bin\n",
  ])
  func `an answer of MySQL that is none is refused with a cure`(_ answer: String) {
    let error = #expect(throws: BackupError.self) {
      try MySQLSurvey(answer: answer, section: "web1")
    }
    #expect(error?.message.text.contains("section [web1]: ") == true)
    #expect(error?.hint?.text.contains("must print nothing") == true)
  }

  @Test func `a PostgreSQL server's answer is read`() throws {
    let survey = try PostgreSQLSurvey(
      answer: """
        Welcome!
        server|15.18 (Debian 15.18-0+deb12u1)|true
        database|73686f70|706f737467726573|UTF8|432e5554462d38|43
        database|61207c22cc8162|6f27|LATIN1|43|43
        property|73686f70|3|53455420633b
        property|73686f70|1|5245564f4b453b
        property|676f6e65|1|5245564f4b453b

        """, section: "web1")
    #expect(survey.version.hasPrefix("15.18 ") && survey.seesPasswords)
    #expect(survey.databases.map(\.name) == ["shop", "a |\"\u{301}b"])
    #expect(
      survey.databases.flatMap(\.definition) == [
        #"CREATE DATABASE "shop" OWNER "postgres" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C';"#,
        "REVOKE;", "SET c;",
        "CREATE DATABASE \"a |\"\"\u{301}b\" OWNER \"o'\" TEMPLATE template0 ENCODING 'LATIN1'"
          + " LC_COLLATE 'C' LC_CTYPE 'C';",
      ])
  }

  @Test(arguments: [
    "", "Welcome!\n", "server|15\n", "server||t\n", "database|73686f70|70|UTF8|43|43\n",
    "server|15|t\ndatabase|7|70|UTF8|43|43\n", "server|15|t\ndatabase|73|zz|UTF8|43|43\n",
    "server|15|t\ndatabase|73|70|UTF8|-1|43\n", "server|15|t\ndatabase|ff|70|UTF8|43|43\n",
    "server|15|t\nproperty|73|1|zz\n", "server|15|t\nproperty|7|1|73\n",
  ])
  func `an answer of PostgreSQL that is none is refused with a cure`(_ answer: String) {
    let error = #expect(throws: BackupError.self) {
      try PostgreSQLSurvey(answer: answer, section: "web1")
    }
    #expect(error?.message.text.contains("section [web1]: ") == true)
    #expect(error?.hint?.text.contains("psql --list") == true)
  }

  @Test(arguments: 0..<200)
  func `no answer, however odd, makes a survey crash`(_ seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let answer = generator.text(
      of: [
        "server", "database", "routines", "events", "\t", "|", "\n", "73", "zz", "é", "GRANT ",
        "GRANT",
        " ON ", " TO ", "`", "*", ".", "\\", "\0", "DISABLED", "counted", "\r",
      ], upTo: 60)
    _ = try? MySQLSurvey(answer: answer, section: "web1")
    _ = try? PostgreSQLSurvey(answer: answer, section: "web1")
    _ = try? MySQLPrograms(answer: answer, section: "web1")
  }

  @Test(arguments: [
    (
      "/usr/bin/mariadb\n/usr/bin/mysql\n/usr/bin/mariadb-dump\n/usr/bin/mysqldump\n", "mariadb",
      "mariadb-dump"
    ),
    ("/usr/bin/mysql\n/usr/bin/mysqldump\nmysqldump  Ver 8.0.36\n", "mysql", "mysqldump"),
    ("Welcome!\nmysql\nmysqldump\n", "mysql", "mysqldump"),
  ])
  func `the programs a machine has are chosen, MariaDB's own names first`(
    _ answer: String, _ client: String, _ dumper: String
  ) throws {
    let programs = try MySQLPrograms(answer: answer, section: "web1")
    #expect((programs.client, programs.dumper) == (client, dumper))
  }

  @Test(arguments: ["", "/usr/bin/mysql\n", "/usr/bin/mysqldump\n", "Welcome!\n"])
  func `a machine that lacks a program is told what to install`(_ answer: String) {
    let error = #expect(throws: BackupError.self) {
      try MySQLPrograms(answer: answer, section: "web1")
    }
    #expect(error?.hint?.text.hasPrefix("Install mariadb-client") == true)
  }
}
