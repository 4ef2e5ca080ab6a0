import Foundation
import TISBackupTestSupport
import Testing

/// Backups of Microsoft SQL Server, over a real sshd, from scripts that stand for the server.
@Suite("databases of SQL Server", .scratch)
struct SQLServerTests {
  /// Not as it stands: other tests look for that in all processes.
  private let password = String(DatabaseSecretTests.everySign.reversed())

  /// How a section logs in, and the server that lets it.
  static let logins = ["trusted", "password", "old", "old password"]

  @Test(arguments: logins)
  func `a backup is what the server wrote, and its file there is gone`(_ login: String)
    async throws
  {
    let bench = try await SQLServerSite.start()
    let (isOld, user) = (login.hasPrefix("old"), login.hasSuffix("password") ? "o'neil" : nil)
    try bench.machine.set(
      databases: ["shop"], isOld: isOld, instance: #"localhost\SQL $1"#, user: user,
      password: password)
    try bench.site.configure(
      bench.machine, "shop",
      #"db_server_name = localhost\SQL $1"# + "\nsqlserver_before_2005 = \(isOld ? "yes" : "no")\n"
        + (user.map { "db_user = \($0)\ndb_password = \(password)" } ?? ""))
    let tried = try await bench.site.run("--test-connection")
    #expect(tried.status == 0, "\(tried)")
    #expect(tried.stdout.contains("Microsoft SQL Server \(isOld ? 8 : 16).0"), "\(tried.stdout)")
    bench.expectNothingLeft()
    let path = try await bench.backUp()
    #expect(
      (path as NSString).lastPathComponent.wholeMatch(of: #/shop-\d{8}-\d\dh\d\dm\d\d\.bak\.gz/#)
        != nil)
    let kinds = try bench.machine.statements().map { $0.prefix { $0 != " " } }
    #expect(kinds == (isOld ? ["SET", "BACKUP"] : ["SET", "BACKUP", "RESTORE"]))
    let proof = try await bench.site.verify()
    #expect(proof.status == 0 && proof.stdout.contains("whole"), "\(proof)")
  }

  @Test func `a name of any kind is that of the database, and its file can be had again`()
    async throws
  {
    let bench = try await SQLServerSite.start()
    let odd = [
      "it's", "a]b]]", "[dbo]", "two words", "ünï-Ж-数", "$(PATH)", "back\\slash", "a/b", "-Q",
      "'; DROP DATABASE shop; --", "%41", "\"quoted\"", "N'x'",
    ]
    try bench.machine.set(databases: odd)
    for name in odd {
      // One that begins with a quote would be taken for a quoted one.
      try bench.site.configure(bench.machine, name)
      let tried = try await bench.site.run("--test-connection")
      #expect(tried.status == 0, "\(name): \(tried)")
      let path = try await bench.backUp()
      try FileManager.default.removeItem(atPath: path)
    }
  }

  @Test func `what a run that was killed left there is in nobody's way`() async throws {
    let bench = try await SQLServerSite.start()
    try bench.machine.set(databases: ["shop"])
    try bench.site.configure(bench.machine, "shop")
    try write("half a backup", to: "\(bench.machine.folder)/tisbackup-\(DatabaseSite.section).bak")
    try await bench.backUp()
  }

  @Test func `the password is never seen but by the program that needs it`() async throws {
    let bench = try await SQLServerSite.start()
    let password = "mine-\(password)"
    try bench.machine.set(databases: ["shop"], user: "sa", password: password)
    for (word, status) in [(password, Int32(0)), ("wr0ng-\(password)", 2)] {
      try bench.site.configure(bench.machine, "shop", "db_user = sa\ndb_password = \(word)")
      for arguments in [["--test-connection"], ["--dry-run"], ["-v"]] {
        let watched = try await SecretWatch.leaks(of: [word]) {
          try await program(
            [toolPath("tisbackup-run"), "-c", bench.site.ini] + arguments,
            environment: ["TMPDIR": bench.site.temporary])
        }
        // sqlcmd takes it from nothing else than a variable; here that is its script, then Python.
        let others = watched.leaks.filter {
          $0.firstMatch(of: #/^environ of \d+ \((sh|sqlcmd|python3)\): SQLCMDPASSWORD=/#) == nil
        }
        #expect(others == [], "\(arguments)")
        let result = watched.result
        #expect(result.status == (arguments == ["--dry-run"] ? 0 : status), "\(result)")
        #expect(!(result.stdout + result.stderr).contains(word), "\(arguments)")
      }
      let file = try write(word + "\n", to: "\(bench.site.folder)/secret")
      let found = try await program(
        ["grep", "-rlaF", "-f", file, bench.site.base, bench.site.temporary, bench.machine.folder]
          + ["\(bench.site.folder)/sshd.log"])
      #expect(found.status == 1 && found.stdout == "", "\(found)")
    }
  }

  @Test func `the login is username, else remote_user, else that of TISBackup`() async throws {
    let bench = try await SQLServerSite.start()
    try bench.machine.set(databases: ["shop"])
    try bench.site.configure(bench.machine, "shop")
    let bare = try text(bench.site.ini)
    let line = "remote_user = \(bench.site.ssh.user)\n"
    for (lines, login) in [
      ("", "Administrateur"), ("remote_user = bob\n", "bob"), ("username = eve\n", "eve"),
      ("remote_user = bob\nusername = eve\n", "eve"),
    ] {
      try write(bare.replacing(line, with: lines), to: bench.site.ini)
      let shown = try await bench.site.run("--dry-run")
      #expect(shown.stdout.contains(" \(login)@127.0.0.1 "), "\(shown)")
    }
  }
}
