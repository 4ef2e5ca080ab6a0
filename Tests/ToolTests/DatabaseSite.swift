import Foundation
import TISBackupTestSupport
import Testing

/// A backup server in the scratch folder of a test, and a machine whose databases it dumps.
struct DatabaseSite {
  /// What its one section is called.
  static let section = "shop1"

  let folder = ScratchDirectory.path
  /// The way to that machine, which is this one.
  let ssh: SSHServer

  var base: String { "\(folder)/base" }
  var ini: String { "\(folder)/tisbackup-config.ini" }
  var catalog: String { "\(base)/log/tisbackup.sqlite" }
  /// The home of the login there.
  var home: String { "\(folder)/home" }
  /// Where programs of that machine put temporary files, and ours here.
  var temporary: String { "\(folder)/tmp" }
  private var ownFolder: String { "\(base)/\(Self.section)" }

  static func start(environment: [String: String] = [:], usesPAM: Bool = false) async throws
    -> DatabaseSite
  {
    let folder = ScratchDirectory.path
    for name in ["base", "tmp", "home"] { try makeFolder("\(folder)/\(name)") }
    let own = ["TMPDIR": "\(folder)/tmp", "HOME": "\(folder)/home"]
    let ssh = try await SSHServer.start(
      in: folder, environment: own.merging(environment) { $1 }, usesPAM: usesPAM)
    return DatabaseSite(ssh: ssh)
  }

  /// Replaces the ini file by one with this section of a MariaDB; a line of `more` wins over those
  /// here.
  func configure(_ server: MariaDBServer, _ more: String = "", global: String = "") throws {
    try configure(
      """
      type = mysql+ssh
      \(ssh.iniLines)
      db_user = \(server.user)
      db_passwd = \(server.password)
      db_host = \(server.socket)
      \(more)
      """, global: global)
  }

  /// The same of a PostgreSQL, with neither login nor password.
  func configure(_ server: PostgreSQLServer, _ more: String = "") throws {
    try configure(
      """
      type = pgsql+ssh
      \(ssh.iniLines)
      db_host = \(server.socketFolder)
      db_port = \(server.port)
      \(more)
      """)
  }

  /// The same of Samba's databases in a folder.
  func configure(_ tree: SambaTree, _ more: String = "") throws {
    try configure(
      """
      type = samba4
      \(ssh.iniLines)
      root_dir_samba = \(tree.folder)
      \(more)
      """)
  }

  /// The same of one database of a Microsoft SQL Server.
  func configure(_ machine: SQLServerMachine, _ database: String, _ more: String = "") throws {
    try configure(
      """
      type = sqlserver+ssh
      \(ssh.iniLines)
      db_name = \(database)
      remote_backup_dir = \(machine.folder)
      \(more)
      """)
  }

  private func configure(_ lines: String, global: String = "") throws {
    try write(
      """
      [global]
      backup_base_dir = \(base)
      backup_retention_time = 30
      maximum_backup_age = 30
      [\(Self.section)]
      \(lines)
      \(global)
      """, to: ini)
  }

  func run(_ arguments: String...) async throws -> ToolResult {
    try await tool("tisbackup-run", arguments)
  }

  func verify(_ arguments: String...) async throws -> ToolResult {
    try await tool("tisbackup-verify", arguments)
  }

  private func tool(_ name: String, _ arguments: [String]) async throws -> ToolResult {
    try await TISBackupTestSupport.tool(
      name, ["-c", ini] + arguments, environment: ["TMPDIR": temporary])
  }

  func rows(_ columns: String) async throws -> [String] {
    try await sqlite(
      catalog, "SELECT \(columns) FROM stats WHERE backup_name = '\(Self.section)' ORDER BY rowid")
  }

  /// The finished backup of a section, of which there is one.
  func backup(of section: String = section) throws -> String {
    let folder = "\(base)/\(section)"
    let all = names(folder).filter { $0.hasPrefix("2") && !$0.contains(".") }
    return "\(folder)/\(try #require(all.count == 1 ? all.first : nil, "\(all)"))"
  }

  /// Runs a backup that is good; gives its folder.
  func backUp() async throws -> String {
    let result = try await run()
    #expect(result.status == 0, "\(result.stderr)")
    #expect(try await rows("status").last == "OK")
    expectNothingLeft()
    return try backup()
  }

  /// No unfinished work, no temporary file.
  func expectNothingLeft() {
    #expect(names(ownFolder).filter { $0.hasSuffix(".partial") } == [])
    #expect(names(temporary) == [])
  }

  /// What must be so after a run that failed: it says why, and what of it was good (`kept`, if
  /// anything) is there under a name that promises nothing.
  func expectFailure(_ result: ToolResult, _ reasons: String..., kept: [String] = []) async throws {
    #expect(result.status == 2)
    for reason in reasons + ["[\(Self.section)]", "HINT"] {
      #expect(result.stderr.contains(reason), "\(reason) in \(result.stderr)")
    }
    let row = try await rows("status, coalesce(backup_location, '')").last
    let found = names(ownFolder).filter { $0.hasPrefix("2") }
    if kept.isEmpty {
      #expect(found == [])
      #expect(row == "ERROR|")
    } else {
      let place = try #require(found.count == 1 ? found.first : nil, "\(found)")
      #expect(place.hasSuffix(".incomplete"))
      #expect(row == "ERROR|\(ownFolder)/\(place)")
      #expect(names("\(ownFolder)/\(place)") == kept)
      for name in kept where name.hasSuffix(".gz") {
        #expect(try await program(["gzip", "-t", "\(ownFolder)/\(place)/\(name)"]).status == 0)
      }
    }
    expectNothingLeft()
  }

  /// Unpacks a dump by `zcat`.
  func zcat(_ path: String) async throws -> String {
    let test = try await program(["gzip", "-t", path])
    #expect(test.status == 0 && test.stderr == "", "\(path): \(test.stderr)")
    let result = try await program(["zcat", path])
    #expect(result.status == 0)
    return result.stdout
  }

  /// Waits until no program is at work that has these words in its command line.
  func expectNoProgram(with words: String) async throws {
    try await waitUntil("\(words) is gone") { commandLines(with: words).isEmpty }
  }
}

/// The command lines of this machine's processes that hold these words.
func commandLines(with words: String) -> [String] {
  names("/proc").filter { Int32($0) != nil && Int32($0) != getpid() }.compactMap { pid in
    guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else {
      return nil
    }
    let line = String(decoding: data, as: UTF8.self).replacing("\0", with: " ")
    return line.contains(words) ? line : nil
  }
}

/// Waits until something is so, for a minute; a test fails when it never is.
func waitUntil(_ what: String, _ isSo: () async throws -> Bool) async throws {
  for _ in 0..<3000 {
    if try await isSo() { return }
    try await Task.sleep(for: .milliseconds(20))
  }
  Issue.record("waited in vain until \(what)")
}
