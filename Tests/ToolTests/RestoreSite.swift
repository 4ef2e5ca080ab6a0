import Foundation
import TISBackupTestSupport
import Testing

/// A backup server, and machines that it and restoring reach by the names of the page.
final class RestoreSite {
  let folder = ScratchDirectory.path
  private var hosts: [String] = []
  /// They run as long as somebody holds them.
  private var servers: [SSHServer] = []
  private var sections: [String] = []

  var base: String { "\(folder)/base" }
  var disk: String { "\(folder)/usb" }
  var ini: String { "\(folder)/tisbackup-config.ini" }

  init() throws {
    for name in ["base", "usb", "bin"] { try makeFolder("\(folder)/\(name)") }
    // A login's own configuration of ssh cannot be replaced by a variable.
    try writeScript(
      "exec /usr/bin/ssh -F '\(folder)/ssh_config' \"$@\"", to: "\(folder)/bin/ssh")
  }

  /// What commands find: our tools, and the ssh that knows the names.
  var environment: [String: String] {
    [
      "PATH": "\(folder)/bin:\(Bundle.main.bundleURL.path):/usr/sbin:/usr/bin:/sbin:/bin",
      "TISBACKUP_CONFIG": ini, "TMPDIR": folder,
    ]
  }

  /// Starts a machine that `ssh NAME` logs in to; gives its sshd.
  @discardableResult
  func machine(_ name: String, environment: [String: String] = [:]) async throws -> SSHServer {
    let place = "\(folder)/\(name)"
    try makeFolder(place)
    let server = try await SSHServer.start(in: place, environment: environment)
    servers.append(server)
    hosts.append(
      """
      Host \(name)
        HostName 127.0.0.1
        Port \(server.port)
        IdentityFile \(server.key)
        IdentitiesOnly yes
        UserKnownHostsFile \(server.knownHosts)
        StrictHostKeyChecking accept-new
        LogLevel ERROR

      """)
    try write(hosts.joined(), to: "\(folder)/ssh_config")
    return server
  }

  /// Adds a section to the ini.
  func add(_ name: String, _ lines: String) throws {
    sections.append("[\(name)]\n\(lines)\n")
    try write(
      """
      [global]
      backup_base_dir = \(base)
      backup_retention_time = 30
      maximum_backup_age = 30

      """ + sections.joined(separator: "\n"), to: ini)
  }

  /// Takes a backup of each section, all of which must be OK unless told otherwise.
  func backUp(_ status: Int32 = 0, at location: SourceLocation = #_sourceLocation) async throws {
    let result = try await tool("tisbackup-run", ["-c", ini])
    try #require(
      result.status == status, "\(result.stdout)\(result.stderr)", sourceLocation: location)
  }

  func export() async throws {
    let result = try await tool("tisbackup-export", ["-c", ini, "-x", disk])
    try #require(result.status == 0, "\(result.stdout)\(result.stderr)")
  }

  /// The only backup of a section.
  func backup(_ section: String) throws -> String {
    let found = names("\(base)/\(section)").filter { $0.hasPrefix("2") }
    try #require(found.count == 1, "\(found)")
    return found[0]
  }

  /// A chapter of the page, with the backups of `sections`.
  func chapter(_ chapter: RestorePageTests.Chapter, _ sections: [String], _ words: [String: String])
    throws -> CommandPage
  {
    let common = ["/backup/data": base]
    // Longer words first: they may begin with others.
    let all = words.merging(common) { own, _ in own }.sorted { $0.key.count > $1.key.count }
    return try CommandPage(
      RestorePageTests.page, chapter: chapter.rawValue,
      words: all.map { .init($0.key, $0.value) },
      dates: Dictionary(
        uniqueKeysWithValues: sections.map { section in
          (section, String(try backup(section).prefix(17)))
        }), environment: environment)
  }
}
