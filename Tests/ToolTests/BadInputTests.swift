import Foundation
import TISBackupTestSupport
import Testing

@Suite("bad input is told with a cure, and nothing is made or lost", .scratch)
struct BadInputTests {
  /// An ini file that cannot be right, and what must be said of it.
  struct BadINI: CustomTestStringConvertible {
    var testDescription: String
    /// `%BASE%` stands for the base folder; the good section `web1` follows.
    var text: String
    var says: [String]
    var status: Int32 = 2
  }

  @Test(
    "--check-config names file and line, and what to write instead",
    arguments: [
      BadINI(
        testDescription: "unknown key", text: "[x]\ntype=null\nserver_name=x\nserver_nam=y",
        says: ["tisbackup-config.ini:8", "'server_nam'", "server_name"], status: 1),
      BadINI(
        testDescription: "bad number",
        text: "[x]\ntype=null\nserver_name=x\nmaximum_backup_age=soon",
        says: ["tisbackup-config.ini:8", "maximum_backup_age", "'soon'", "whole number"]),
      BadINI(
        testDescription: "duplicate section",
        text: "[x]\ntype=null\nserver_name=x\n[x]\nserver_name=y",
        says: ["tisbackup-config.ini:8", "[x]"], status: 1),
      BadINI(
        testDescription: "missing key", text: "[x]\ntype=rsync+ssh\nserver_name=x",
        says: ["remote_dir", "private_key", "tisbackup-config.ini:5"]),
      BadINI(
        testDescription: "unknown type", text: "[x]\ntype=rsnyc\nserver_name=x",
        says: ["tisbackup-config.ini:6", "'rsnyc'", "rsync"]),
      BadINI(
        testDescription: "no type", text: "[x]\nserver_name=x", says: ["'type'"]),
      BadINI(
        testDescription: "unclosed exclude",
        text: "[x]\ntype=rsync+ssh\nserver_name=x\nremote_user=r\nremote_dir=/\nprivate_key=/k\n"
          + "exclude_list=\"a",
        says: ["tisbackup-config.ini:11", "exclude_list"]),
      BadINI(
        testDescription: "a name that no folder may have",
        text: "[../etc]\ntype=null\nserver_name=x",
        says: ["../etc"]),
      BadINI(
        testDescription: "a key nobody refers to", text: "[x]\ntype=null\nserver_name=%(nobody)s",
        says: ["tisbackup-config.ini:7", "nobody"]),
      BadINI(
        testDescription: "a line that is none", text: "[x]\ntype=null\nserver_name=x\nwhat is this",
        says: ["tisbackup-config.ini:8"]),
      BadINI(
        testDescription: "two sections for one folder",
        text: "[x]\ntype=null\nserver_name=x\n[y]\ntype=rsync\nserver_name=a\nremote_user=b\n"
          + "remote_dir=/\nrsync_module=m\npassword_file=/p\nbackup_dir=%BASE%/web1",
        says: ["web1", "[y]"]),
    ])
  func configuration(_ bad: BadINI) async throws {
    let folder = ScratchDirectory.path
    try makeFolder("\(folder)/base")
    let ini = try write(
      """
      [global]
      backup_base_dir = \(folder)/base
      backup_retention_time = 30
      maximum_backup_age = 30
      \(bad.text.replacing("%BASE%", with: "\(folder)/base"))
      [web1]
      type = null
      server_name = good
      """, to: "\(folder)/tisbackup-config.ini")
    let result = try await tool("tisbackup-run", ["-c", ini, "--check-config"])
    #expect(result.status == bad.status, "\(result.stdout)")
    for words in bad.says { #expect(result.stdout.contains(words), "\(words): \(result.stdout)") }
    #expect(names("\(folder)/base") == [])
  }

  private static let tools = [
    "tisbackup-run", "tisbackup-cleanup", "tisbackup-export", "tisbackup-register",
    "tisbackup-status",
  ]

  /// The arguments without which a tool does not start at all.
  private func needed(_ name: String) -> [String] {
    name == "tisbackup-export" ? ["-x", ScratchDirectory.path] : []
  }

  @Test("no ini: every tool says so and exits 3", arguments: tools)
  func noINI(_ name: String) async throws {
    let result = try await tool(name, ["-c", "/nonexistent/x.ini"] + needed(name))
    #expect(result.status == 3)
    #expect(result.stdout == "")
    #expect(result.stderr.contains("'/nonexistent/x.ini'"))
    #expect(result.stderr.contains("HINT: Name the ini file with --config"))
  }

  @Test("a disk that is not mounted: nothing is made under its mount point", arguments: tools)
  func noBase(_ name: String) async throws {
    let site = try await Site.start()
    try FileManager.default.removeItem(atPath: site.base)
    let result = try await tool(name, ["-c", site.ini] + needed(name))
    #expect(result.status == 3)
    #expect(result.stderr.contains(site.base), "\(result.stderr)")
    #expect(result.stderr.contains("HINT"))
    #expect(!exists(site.base))
  }

  @Test("a catalog that is no database is told, and left as it is", arguments: tools)
  func noDatabase(_ name: String) async throws {
    let site = try await Site.start()
    try makeFolder("\(site.base)/log")
    try makeFolder("\(site.base)/web1/20200101-10h00m00")
    let garbage = String(repeating: "garbage ", count: 1000)
    try write(garbage, to: site.catalog)
    let result = try await tool(name, ["-c", site.ini] + needed(name))
    #expect(result.status == 3)
    #expect(result.stderr.contains("not a database"), "\(result.stderr)")
    #expect(result.stderr.contains("HINT"))
    #expect(try text(site.catalog) == garbage)
    #expect(exists("\(site.base)/web1/20200101-10h00m00"))
  }

  @Test("a section that is not in the ini: the known ones are listed", arguments: tools)
  func unknownSection(_ name: String) async throws {
    let site = try await Site.start()
    let result = try await tool(name, ["-c", site.ini, "-s", "web2"] + needed(name))
    #expect(result.status == 3)
    #expect(result.stderr.contains("section 'web2' is not in"))
    #expect(result.stderr.contains("Did you mean 'web1'?"))
    #expect(names(site.base) == [])
    #expect(try await tool(name, ["-c", site.ini, "-s", ""] + needed(name)).status == 3)
  }

  @Test(
    "a command line that cannot be meant exits 3 and shows the usage",
    arguments: tools.flatMap { name in
      [["--nonsense"], ["-q", "-v"], ["--log-level", "loud"], ["stray"], ["-c"]]
        .map { (name, $0) }
    })
  func badOptions(_ name: String, _ arguments: [String]) async throws {
    let result = try await tool(name, arguments + needed(name))
    #expect(result.status == 3)
    #expect(result.stdout == "")
    #expect(result.stderr.contains("Error: "))
    #expect(result.stderr.contains("Usage: \(name)"))
  }

  @Test(
    "numbers out of range are refused",
    arguments: [
      ("tisbackup-export", ["--keep", "0"]), ("tisbackup-status", ["-n", "0"]),
      ("tisbackup-status", ["-n", "-3"]), ("tisbackup-run", ["--retry-failed", "--check-config"]),
    ])
  func outOfRange(_ name: String, _ arguments: [String]) async throws {
    #expect(try await tool(name, arguments + needed(name)).status == 3)
  }

  @Test("names with blanks, quotes, newlines and bytes that are no UTF-8 are copied as they are")
  func oddNames() async throws {
    let site = try await Site.start()
    let made = try await program([
      "sh", "-c",
      #"""
      cd "$1" && for name in 'a b' "it's" 'x"y' '$(id)' '*' '-n' "$(printf 'new\nline')" \
        "$(printf 'caf\351')" "$(printf '\033[31mred')"; do printf x >"./$name"; done
      """#, "sh", site.source,
    ])
    #expect(made.status == 0)
    #expect(try await site.run().status == 0)
    let same = try await program([
      "diff", "-r", site.source, "\(site.base)/web1/\(site.snapshots()[0])",
    ])
    #expect(same.status == 0, "\(same.stdout)")
    let disk = "\(site.folder)/disk"
    try makeFolder(disk)
    #expect(try await site.tool("tisbackup-export", "-x", disk).status == 0)
    let proof = try await program(
      ["sha256sum", "--quiet", "-c", "MANIFEST.sha256"], workingFolder: disk)
    #expect(proof.status == 0, "\(proof.stderr)")
  }

  @Test("a wrong password is told without the password, and leaves one ERROR row")
  func wrongPassword() async throws {
    let site = try await Site.start()
    try write("not it\n", to: site.daemon.passwordFile)
    let result = try await site.run()
    #expect(result.status == 2)
    #expect(result.stderr.contains("auth failed"))
    #expect(result.stderr.contains("Compare remote_user and password_file"))
    #expect(!(result.stderr + result.stdout).contains("not it"))
    #expect(try await site.rows("SELECT status, log LIKE '%not it%' FROM stats") == ["ERROR|0"])
  }
}
