import OutsideWorld
import TISBackupCore

/// Copies a folder with rsync over ssh.
package struct RsyncSSH: BackupDriver {
  package static let type = BackupType.rsyncSSH

  private let copy: RsyncCopy
  private let ssh: SSHConnection
  private let folder: String

  package init(_ section: Section) throws(BackupError) {
    _ = try section.require(.privateKey)
    ssh = try SSHConnection(section)
    folder = try section.require(.remoteDir)
    copy = try RsyncCopy(
      section, transport: ["-e", ssh.rsyncShell], source: "\(ssh.rsyncHost):\(folder)")
  }

  package func backUp(into workspace: Workspace, using world: World) async throws(BackupError)
    -> Outcome
  {
    try await copy.run(into: workspace, using: world)
  }

  package func preview(into workspace: Workspace) -> [Invocation] {
    [copy.invocation(into: workspace)]
  }

  package func testConnection(using world: World) async throws(BackupError) -> [String] {
    var login = ssh.invocation(running: ["rsync", "--version"])
    login.timeLimit = 60
    let version = try await world.run(login, nil)
    guard version.succeeded else { throw RsyncFailure.error(version, section: copy.section) }
    var look = ssh.invocation(running: ["test", "-r", folder, "-a", "-x", folder])
    look.timeLimit = 60
    guard try await world.run(look, nil).succeeded else {
      throw BackupError(.driver, .unreadable(folder, in: copy.section), hint: .unreadable)
    }
    let first = version.output.split(whereSeparator: \.isNewline).first ?? "rsync"
    return ["logged in; \(first)", "\(folder) can be read"]
  }
}

extension BackupError.Message {
  fileprivate static func unreadable(_ folder: String, in section: String) -> Self {
    "section [\(section)]: remote_user cannot read '\(folder)' there"
  }
  fileprivate static let unreadable: Self = "Check remote_dir and the rights of remote_user."
}
