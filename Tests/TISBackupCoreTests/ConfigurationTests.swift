import Glibc
import TISBackupTestSupport
import Testing

@testable import TISBackupCore

@Suite(.scratch) struct ConfigurationTests {
  private var path: String { ScratchDirectory.path + "/tisbackup-config.ini" }

  private func write(_ text: String, mode: mode_t = 0o600) throws {
    try SmallFile.write(Array(text.utf8), to: path)
    chmod(path, mode)
  }

  @Test func `an ini is its sections in the order of the file, and global is none`() throws {
    try write(
      """
      [web]
      type = null
      server_name: srv
      [global]
      backup_base_dir = /backup//
      [Mail]
      type = null
      server_name = %(x)s
      x = mail.example.com
      """)
    let configuration = try Configuration(path: path)
    #expect(configuration.sections.map(\.name) == ["web", "Mail"])
    #expect(configuration.sections.map(\.line) == [1, 6])
    #expect(configuration.sections.map(\.server) == ["srv", "mail.example.com"])
    #expect(configuration.layout == DiskLayout(base: "/backup"))
    #expect(configuration.globals["backup_base_dir"]?.line == 5)
    #expect(configuration.sections.allSatisfy { configuration.errors(of: $0).isEmpty })
    #expect(configuration.problems.map(\.message) == ["unknown key 'x'"])
  }

  @Test func `a file that is not there is named, with where it is looked for`() {
    let error = #expect(throws: BackupError.self) { try Configuration(path: path) }
    #expect(error?.code == .configuration)
    #expect(
      error?.description == """
        cannot use the configuration: cannot read '\(path)': No such file or directory
        HINT: Name the ini file with --config FILE, or put it at /etc/tis/tisbackup-config.ini.
        """)
  }

  @Test(arguments: [
    "", "[global]\n", "[global]\nbackup_base_dir =\n", "[web]\nbackup_base_dir = /b\n",
    "[Global]\nbackup_base_dir = /b\n", "\0\u{1}garbage",
  ])
  func `without a base folder nothing can be done at all`(_ text: String) {
    let error = #expect(throws: BackupError.self) { try Configuration.parse(text) }
    #expect(error?.code == .configuration)
    #expect(
      error?.description == """
        tisbackup-config.ini: section [global] needs the key 'backup_base_dir'
        HINT: Add 'backup_base_dir = /backup/data' under [global], or give --backup-dir DIR.
        """)
  }

  @Test func `a base on the command line wins over the file`() throws {
    let text = "[global]\nbackup_base_dir = /b\n"
    #expect(try Configuration.parse(text).layout.base == "/b")
    #expect(try Configuration.parse(text, base: "/c/").layout.base == "/c")
    #expect(try Configuration.parse("", base: "/c").layout.base == "/c")
  }

  @Test func `a base in the file must be absolute, for nobody knows where it would begin`() {
    let error = #expect(throws: BackupError.self) {
      try Configuration.parse("[global]\nbackup_base_dir = c\n")
    }
    #expect(
      error?.message.text == """
        tisbackup-config.ini: section [global] key 'backup_base_dir': 'c' is not an absolute path
        """)
  }

  @Test(arguments: [(0o644, true), (0o604, true), (0o640, false), (0o600, false), (0o660, false)])
  func `a file with a secret that every user may read is told`(_ mode: mode_t, _ isTold: Bool)
    throws
  {
    let head = "[global]\nbackup_base_dir = /b\nbackup_retention_time=1\nmaximum_backup_age=1\n"
    let section =
      "[db]\ntype = mysql+ssh\nserver_name = s\nprivate_key = /k\ndb_user = u\n"
    try write(head + section + "db_passwd = p\n", mode: mode)
    let problems = try Configuration(path: path).problems
    #expect(
      problems.map(\.description)
        == (isTold
          ? [
            "\(path): holds 'db_passwd' and every user may read it; Run 'chmod o-r \(path)', "
              + "or move the secret to a file and name it with 'db_passwd_file'."
          ] : []))
    try write(head + section + "db_passwd_file = /p\n", mode: mode)
    #expect(try Configuration(path: path).problems == [])
  }

  @Test func `one bad section takes down no other`() throws {
    let configuration = try Configuration.parse(
      """
      [global]
      backup_base_dir = /b
      [bad]
      type = nul
      noise
      [good]
      type = null
      server_name = srv
      """)
    let (bad, good) = (
      try #require(configuration.sections.first), try #require(configuration.sections.last)
    )
    #expect(configuration.errors(of: good).isEmpty)
    #expect(
      configuration.errors(of: bad).map(\.message).sorted() == [
        "asks for the unknown type 'nul'",
        "the line is neither a key with a value nor a section header",
      ])
  }

  @Test func `a problem is one line, or an error, and names where it is once`() {
    let whole = ConfigurationProblem(
      .error, section: "web", place: "t.ini:7", "needs the key 'type'", hint: "Add it.")
    #expect(whole.description == "t.ini:7: section [web]: needs the key 'type'; Add it.")
    #expect(
      whole.error
        == BackupError(
          .configuration, "t.ini:7: section [web]: needs the key 'type'", hint: "Add it."))
    let file = ConfigurationProblem(.warning, place: "t.ini:1", "looks odd")
    #expect(file.description == "t.ini:1: looks odd" && file.error.hint == nil)
    let placed = ConfigurationProblem(.error, section: "web", place: nil, "t.ini:3: bad")
    #expect(placed.description == "t.ini:3: bad")
    #expect(
      ConfigurationProblem.Severity.warning < .error
        && !(ConfigurationProblem.Severity.error < .error))
  }
}
