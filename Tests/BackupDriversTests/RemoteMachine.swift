import BackupDrivers
import Foundation
import Glibc
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// A folder to back up and a folder of backups, in the scratch folder of a test.
struct RemoteMachine {
  let folder = ScratchDirectory.path
  /// What is backed up; a name of any kind.
  let source: String

  init(_ name: String = "source") throws {
    source = "\(folder)/\(name)"
    for path in ["\(folder)/backups", source] {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    try write("one\n", to: "\(source)/one.txt", mode: 0o644)
    try write("two\n", to: "\(source)/two.txt", mode: 0o644)
  }

  /// A section that reaches an rsync daemon.
  func section(_ daemon: RsyncDaemon, _ more: String = "") throws -> Section {
    try .rsync(
      """
      server_name = 127.0.0.1
      remote_user = \(RsyncDaemon.user)
      remote_dir = /
      rsync_port = \(daemon.port)
      password_file = \(daemon.passwordFile)
      \(more)
      """)
  }

  /// A section that reaches a loopback sshd, and the folder here.
  func section(_ server: SSHServer, _ more: String = "") throws -> Section {
    try .rsyncSSH("\(server.iniLines)\nremote_dir = \(source)\n\(more)")
  }

  /// Takes a backup under a name, unchanged files linked to those of earlier ones.
  func backUp(
    _ section: Section, as name: String = "new", linkingTo earlier: [String] = [],
    progress: Workspace.Progress? = nil
  ) async throws -> Outcome {
    var workspace = Workspace(
      folder: "\(folder)/backups", partial: backup(name),
      linkTargets: earlier.map { backup($0) }, progress: progress)
    workspace.attempts.deadline = try section.seconds(.timeout).map { Deadline($0, from: .now) }
    return try await BackupDrivers.make(section).backUp(
      into: workspace, using: World.live { _ in })
  }

  /// What a backup throws.
  func failure(_ section: Section) async -> BackupError? {
    await #expect(throws: BackupError.self) { _ = try await backUp(section) }
  }

  func backup(_ name: String = "new") -> String { "\(folder)/backups/\(name)" }

  /// Names and contents of all files below a folder, byte by byte: names need not be text.
  func contents(_ folder: String) async throws -> String {
    let listing = try await program([
      "sh", "-c",
      "cd \"$1\" && find . -mindepth 1 -print0 | LC_ALL=C sort -z | od -An -v -tx1"
        + " && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r cat | cksum", "sh", folder,
    ])
    try #require(listing.status == 0, "\(listing.stderr)")
    return listing.stdout
  }

  func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  func inode(_ path: String) throws -> UInt {
    var status = stat()
    try #require(stat(path, &status) == 0, "\(path)")
    return status.st_ino
  }
}
