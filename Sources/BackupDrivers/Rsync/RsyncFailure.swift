import OutsideWorld
import TISBackupCore

/// What an exit status of rsync means, and the cure.
///
/// Statuses: `rsync(1)`, EXIT VALUES; the texts were tried with rsync 3.5 and OpenSSH 9.2.
package enum RsyncFailure {
  package static func error(_ finished: Finished, section: String) -> BackupError {
    let messages = RsyncMessages(finished.errors)
    switch finished.end {
    case .timedOut(let limit):
      return BackupError(.overtime, .overtime(section, limit), hint: .raiseTimeout)
    case .signaled(let signal):
      return BackupError(.interrupted, .signaled(section, signal))
    case .exited(let status):
      return BackupError(
        code(status, messages),
        .failed(section, status, meaning(status, of: finished, messages), messages.cause),
        hint: hint(status, messages))
    }
  }

  /// Whether another attempt may help: only where the connection is the trouble, and not our own disk
  /// or a machine that says no.
  private static func code(_ status: Int32, _ messages: RsyncMessages) -> BackupError.Code {
    if status == 5, messages.contains("max connections") { return .transport }
    guard [10, 12, 30, 35, 255].contains(status), messages.localTrouble == nil else {
      return .driver
    }
    if status == 12, messages.contains("not found") { return .driver }
    return [12, 255].contains(status) ? SSHFailure.code(for: messages.text) : .transport
  }

  private static func meaning(
    _ status: Int32, of finished: Finished, _ messages: RsyncMessages
  ) -> String {
    // First, for a path may fill the line of the check.
    if let trouble = messages.localTrouble?.split(separator: ": ").last {
      return "the disk of this server says '\(trouble)'"
    }
    // The folder itself counts as one.
    let hasFiles = RsyncStatistics(finished.output).map { $0.files > 1 } ?? false
    return switch status {
    case 1: "it refused its options"
    case 2: "the two rsyncs do not understand each other"
    case 3, 11: "a file could not be read or written"
    case 5: "the daemon refused"
    case 10: "the daemon could not be reached"
    case 12, 14: "the connection broke"
    case 13: "it hit a limit of the file system"
    case 20: "it was interrupted"
    case 23: hasFiles ? "some files could not be copied" : "nothing could be copied"
    case 24: hasFiles ? "files vanished while they were copied" : "nothing was left to copy"
    case 30: "no data came for idle_timeout"
    case 35: "the daemon did not answer within connect_timeout"
    case 127: "the other side has no rsync"
    case 255: "ssh could not connect"
    default: "it stopped"
    }
  }

  private static func hint(_ status: Int32, _ messages: RsyncMessages) -> BackupError.Message? {
    if let hint = sshHint(status, messages) { return hint }
    if messages.localTrouble != nil { return .localDisk }
    if messages.contains("auth failed") { return .login }
    if messages.contains("Unknown module") { return .module }
    if messages.contains("password file") { return .passwordFile }
    if messages.contains("not found") && [12, 127].contains(status) { return .installRsync }
    switch status {
    case 10: return .daemon
    case 23: return .remoteDir
    case 30: return .idle
    default: return nil
    }
  }

  /// The words of the system, "Permission denied" and its like, are ssh's only where ssh failed.
  private static func sshHint(_ status: Int32, _ messages: RsyncMessages) -> BackupError.Message? {
    guard [12, 255].contains(status) else { return nil }
    return SSHFailure.hint(for: messages.text)
  }
}

extension BackupError.Message {
  fileprivate static func overtime(_ section: String, _ limit: TimeLimit) -> Self {
    "section [\(section)]: rsync was \(limit)"
  }
  fileprivate static let raiseTimeout: Self =
    "Raise 'timeout', or find out why it takes so long; what was copied is used by the next run."
  fileprivate static func signaled(_ section: String, _ signal: Int32) -> Self {
    "section [\(section)]: rsync was ended by signal \(signal)"
  }
  fileprivate static func failed(
    _ section: String, _ status: Int32, _ meaning: String, _ cause: String
  ) -> Self {
    "section [\(section)]: rsync exit \(status), \(meaning)\(cause.isEmpty ? "" : ": \(cause)")"
  }
  fileprivate static let localDisk: Self =
    "Look at the disk of this server: 'df -h', 'df -i', 'dmesg'."
  fileprivate static let login: Self =
    "Compare remote_user and password_file with 'auth users' and 'secrets file' of the daemon."
  fileprivate static let module: Self = "Compare rsync_module with the modules of rsyncd.conf."
  fileprivate static let passwordFile: Self =
    "password_file must exist and be its owner's alone: 'chmod 600' it."
  fileprivate static let installRsync: Self = "Install rsync on the machine that is backed up."
  fileprivate static let daemon: Self =
    "Does 'rsync --daemon' run there? Check server_name, rsync_port and the firewall."
  fileprivate static let remoteDir: Self =
    "Does remote_dir exist there, and may remote_user read it?"
  fileprivate static let idle: Self =
    "The network or a disk over there stalls; raise 'idle_timeout' if it is only slow."
}
