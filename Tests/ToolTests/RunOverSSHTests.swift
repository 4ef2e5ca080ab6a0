import Foundation
import TISBackupTestSupport
import Testing

@Suite("tisbackup-run, over a real sshd", .scratch)
struct RunOverSSHTests {
  /// A site whose one section `files` copies `source` over ssh.
  private struct SSHSite {
    let site: OldServer
    let server: SSHServer
    var source: String { "\(site.folder)/source of 'all' $HOME" }

    init(_ more: String = "") async throws {
      site = try await OldServer.make()
      server = try await SSHServer.start(in: site.folder)
      try makeFolder(source)
      try write("data\n", to: "\(source)/file")
      try configure(more)
    }

    func configure(_ more: String = "", key: String? = nil) throws {
      try write(
        """
        [global]
        backup_base_dir = \(site.base)
        backup_retention_time = 30
        maximum_backup_age = 30
        [files]
        type = rsync+ssh
        \(key.map { server.iniLines.replacing(server.key, with: $0) } ?? server.iniLines)
        remote_dir = \(source)
        \(more)
        """, to: site.ini)
    }

    func run() async throws -> ToolResult { try await site.tool("tisbackup-run") }

    func rows(_ columns: String) async throws -> [String] {
      try await sqlite(site.catalog, "SELECT \(columns) FROM stats ORDER BY rowid")
    }
  }

  @Test("names with blanks, quotes and dollars arrive as they are, on both ends")
  func names() async throws {
    let ssh = try await SSHSite()
    for name in ["a b", "it's", "$(id)", "back\\slash", "new\nline", "ünï", "-rf", "*"] {
      try write(name, to: "\(ssh.source)/\(name)")
    }
    // A name that is no UTF-8: created by a shell, since Foundation cannot say it.
    let odd = try await program(
      ["sh", "-c", #"printf x >"$1/$(printf 'caf\351')""#, "sh", ssh.source])
    #expect(odd.status == 0)
    let result = try await ssh.run()
    #expect(result.status == 0, "\(result.stderr)")
    let place = try #require(try await ssh.rows("backup_location").last)
    let same = try await program(["diff", "-r", ssh.source, place])
    #expect(same.status == 0, "\(same.stdout)")
    let listed = try await program(["sh", "-c", #"ls "$1" | wc -l"#, "sh", place])
    #expect(listed.stdout.trimmingCharacters(in: .whitespacesAndNewlines) == "11")
  }

  @Test("preexec and postexec run there, on the same port, and hear which section it is")
  func hooks() async throws {
    let ssh = try await SSHSite()
    let log = "\(ssh.site.folder)/hooks.log"
    try ssh.configure(
      """
      preexec = echo "before $TISBACKUP_SECTION" >> \(log) && touch "\(ssh.site.folder)/stopped"
      postexec = echo "after $TISBACKUP_SECTION $TISBACKUP_STATUS" >> \(log)
      preexec_local = sh -c 'echo "here $TISBACKUP_SECTION" >> \(log)'
      postexec_local = sh -c 'echo "done $TISBACKUP_STATUS" >> \(log)'
      """)
    let result = try await ssh.run()
    #expect(result.status == 0, "\(result.stderr)")
    #expect(try text(log) == "here files\nbefore files\nafter files OK\ndone OK\n")
  }

  @Test("postexec runs when preexec or the backup failed, and the backup is an ERROR")
  func postexecAlways() async throws {
    let ssh = try await SSHSite()
    let log = "\(ssh.site.folder)/hooks.log"
    try ssh.configure("preexec = exit 7\npostexec = echo \"after $TISBACKUP_STATUS\" >> \(log)")
    let result = try await ssh.run()
    #expect(result.status == 2)
    #expect(result.stderr.contains("preexec failed"))
    #expect(try text(log) == "after ERROR\n")
    #expect(try await ssh.rows("status, backup_location IS NULL") == ["ERROR|1"])
    #expect(snapshots(ssh) == [])
  }

  @Test("a postexec that fails makes the backup a Warning, not a failure")
  func postexecFails() async throws {
    let ssh = try await SSHSite("postexec = exit 3")
    let result = try await ssh.run()
    #expect(result.status == 1)
    #expect(try await ssh.rows("status") == ["Warning"])
    #expect(snapshots(ssh).count == 1)
  }

  @Test("a preexec that exits 75 skips the run and leaves no row")
  func skip() async throws {
    let ssh = try await SSHSite("preexec = exit 75")
    let result = try await ssh.run()
    #expect(result.status == 0)
    #expect(result.stdout.contains("skipped"))
    #expect(try await ssh.rows("*") == [])
  }

  @Test("a host key that changed is refused, and the message says what to do")
  func changedHostKey() async throws {
    let ssh = try await SSHSite()
    #expect(try await ssh.run().status == 0)
    let other = try text("\(ssh.server.key).pub").split(separator: " ")[1]
    try write(
      "[127.0.0.1]:\(ssh.server.port) ssh-ed25519 \(other)\n", to: ssh.server.knownHosts)
    let result = try await ssh.run()
    #expect(result.status == 2)
    #expect(result.stderr.contains("Host key verification failed"), "\(result.stderr)")
    #expect(result.stderr.contains("HINT"))
    #expect(snapshots(ssh).count == 1)
  }

  @Test("with host_key_checking = yes an unknown host is refused")
  func unknownHost() async throws {
    let ssh = try await SSHSite("host_key_checking = yes")
    let result = try await ssh.run()
    #expect(result.status == 2)
    #expect(!exists(ssh.server.knownHosts))
  }

  @Test("a key that is not let in is named, and --test-connection finds it without a row")
  func wrongKey() async throws {
    let ssh = try await SSHSite()
    let stranger = "\(ssh.site.folder)/stranger"
    _ = try await program(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", stranger])
    try ssh.configure(key: stranger)
    let test = try await ssh.site.tool("tisbackup-run", "--test-connection")
    #expect(test.status == 2)
    #expect(test.stdout.contains("private_key"), "\(test.stdout)")
    #expect(try await ssh.rows("*") == [])
    let run = try await ssh.run()
    #expect(run.status == 2)
    #expect(run.stderr.contains("private_key"))
  }

  @Test("--test-connection logs in, looks, and changes nothing")
  func testConnection() async throws {
    let ssh = try await SSHSite("preexec = touch /nonexistent/never")
    let before = TISBackupTestSupport.names(ssh.site.base)
    let result = try await ssh.site.tool("tisbackup-run", "--test-connection")
    #expect(result.status == 0, "\(result.stdout)")
    #expect(result.stdout.contains("logged in"))
    #expect(result.stdout.contains("can be read"))
    #expect(TISBackupTestSupport.names(ssh.site.base) == before)
    #expect(try await ssh.rows("*") == [])
  }

  private func snapshots(_ ssh: SSHSite) -> [String] {
    TISBackupTestSupport.names("\(ssh.site.base)/files").filter { $0.hasPrefix("2") }
  }
}
