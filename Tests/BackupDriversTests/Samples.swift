import BackupDrivers
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

extension Section {
  /// A section of type rsync with all it must have; a line of `more` wins over those here.
  static func rsync(_ more: String = "") throws -> Section {
    try Configuration.section(
      """
      [web1]
      type = rsync
      server_name = web1.example.com
      remote_user = backup
      remote_dir = /srv
      rsync_module = data
      password_file = /etc/tis/web1.password
      \(more)
      """)
  }

  /// The same for rsync+ssh.
  static func rsyncSSH(_ more: String = "") throws -> Section {
    try Configuration.section(
      """
      [web1]
      type = rsync+ssh
      server_name = web1.example.com
      remote_user = backup
      remote_dir = /srv
      private_key = /root/.ssh/id_backup
      \(more)
      """)
  }
}

extension Workspace {
  /// A first backup, with nothing to build upon.
  static let first = Workspace(
    folder: "/backup/web1", partial: "/backup/web1/20261124-01h02m03.partial")
}

extension BackupDriver {
  /// The arguments of the only command a backup runs.
  func onlyArguments(_ workspace: Workspace = .first) throws -> [String] {
    let preview = preview(into: workspace)
    try #require(preview.count == 1)
    #expect(preview[0].program == "rsync")
    return preview[0].arguments
  }
}

/// What every copy asks of rsync, between what its section chooses and its transport.
func always(timeout: Int = 600) -> [String] {
  [
    "--numeric-ids", "--delete", "--delete-excluded", "--partial-dir=.rsync-partial",
    "--filter=P .rsync-partial/", "--stats", "--info=progress2", "--no-human-readable",
    "--outbuf=L",
    "--timeout=\(timeout)",
  ]
}

/// The figures of a copy of three files in two folders.
let statistics = """
  Number of files: 5 (reg: 3, dir: 2)
  Number of created files: 5 (reg: 3, dir: 2)
  Number of deleted files: 0
  Number of regular files transferred: 3
  Total file size: 10008 bytes
  Total transferred file size: 9008 bytes
  Literal data: 8008 bytes
  Matched data: 1000 bytes
  File list size: 0
  Total bytes sent: 119
  Total bytes received: 10234

  """
