import Foundation
import TISBackupTestSupport
import Testing

/// A backup server in the scratch folder of a test: base folder, ini, and an rsync daemon that
/// serves `source` behind a password.
struct Site {
  let folder = ScratchDirectory.path
  let daemon: RsyncDaemon

  var base: String { "\(folder)/base" }
  var source: String { "\(folder)/source" }
  var ini: String { "\(folder)/tisbackup-config.ini" }
  var catalog: String { "\(base)/log/tisbackup.sqlite" }

  /// A source of three files, and an ini whose one section `web1` copies it.
  static func start() async throws -> Site {
    let folder = ScratchDirectory.path
    for name in ["base", "source", "source/sub"] { try makeFolder("\(folder)/\(name)") }
    try write("one\n", to: "\(folder)/source/one.txt")
    try write("two\n", to: "\(folder)/source/sub/two.txt")
    try write(String(repeating: "x", count: 10_000), to: "\(folder)/source/big.bin")
    let site = Site(
      daemon: try await RsyncDaemon.start(serving: "\(folder)/source", in: folder))
    try site.configure(site.section("web1"))
    return site
  }

  /// The lines of a section of type rsync that reaches the daemon; `more` are further lines.
  func section(_ name: String, remoteDir: String = "/", _ more: String = "") -> String {
    """
    [\(name)]
    type = rsync
    server_name = 127.0.0.1
    remote_user = \(RsyncDaemon.user)
    remote_dir = \(remoteDir)
    rsync_module = data
    rsync_port = \(daemon.port)
    password_file = \(daemon.passwordFile)
    \(more)

    """
  }

  /// Replaces the ini file: a usable `[global]`, then these lines.
  func configure(_ sections: String, global: String = "") throws {
    try write(
      """
      [global]
      backup_base_dir = \(base)
      backup_retention_time = 30
      maximum_backup_age = 30
      \(global)
      \(sections)
      """, to: ini)
  }

  /// Runs a tisbackup-* tool on this site.
  func tool(_ name: String, _ arguments: String..., environment: [String: String] = [:])
    async throws -> ToolResult
  {
    try await TISBackupTestSupport.tool(name, ["-c", ini] + arguments, environment: environment)
  }

  func run(_ arguments: String...) async throws -> ToolResult {
    try await TISBackupTestSupport.tool("tisbackup-run", ["-c", ini] + arguments)
  }

  func check(_ arguments: String...) async throws -> ToolResult {
    try await TISBackupTestSupport.tool("check_tisbackup", ["-f", ini, "-t", "60"] + arguments)
  }

  /// What the `sqlite3` shell, an independent reader, finds: a line a row, columns by `|`.
  func rows(_ query: String) async throws -> [String] {
    try await sqlite(catalog, query)
  }

  /// The finished backups of a section, oldest first.
  func snapshots(_ section: String = "web1") -> [String] {
    names("\(base)/\(section)").filter { $0.hasPrefix("2") && !$0.hasSuffix(".partial") }
  }
}

/// Inode and mode of a path.
func facts(_ path: String) throws -> (inode: Int, mode: Int, links: Int) {
  let attributes = try FileManager.default.attributesOfItem(atPath: path)
  return (
    attributes[.systemFileNumber] as? Int ?? 0, attributes[.posixPermissions] as? Int ?? 0,
    attributes[.referenceCount] as? Int ?? 0
  )
}

/// Runs the `sqlite3` shell on a file; gives its lines.
///
/// It waits for a process that was killed and is still on its way out, in a commit on a busy disk:
/// `timeout -s KILL` does not.
@discardableResult
func sqlite(_ path: String, _ statements: String) async throws -> [String] {
  let result = try await program(
    ["sqlite3", "-batch", "-cmd", ".timeout 30000", path], input: statements)
  try #require(result.status == 0, "\(result.stderr)")
  return result.stdout.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
}

/// One JSON document as dictionaries and arrays.
func json(_ text: String) throws -> Any {
  try JSONSerialization.jsonObject(with: Data(text.utf8))
}
