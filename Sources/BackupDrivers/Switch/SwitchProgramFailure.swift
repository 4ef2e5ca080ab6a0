import OutsideWorld
import TISBackupCore

/// What the end of the program means that a switch is reached with, where it knows more than the
/// dialogue.
struct SwitchProgramFailure {
  let section: String
  let address: String
  let isSSH: Bool

  /// Nil when the program has nothing to add to `failure`.
  func error(_ finished: Finished, beside failure: SwitchFailure?) -> BackupError? {
    guard case .exited(let status) = finished.end, status != 0 else { return nil }
    // A dialogue that came to its own end has the better reason, whatever the program made of it.
    switch failure {
    case nil, .closed?, .closedAfterPassword?: break
    default: return nil
    }
    if status == 127 || finished.errors.contains("setsid:") {
      return BackupError(.driver, .notStarted(place, reason(finished)), hint: .install)
    }
    return isSSH ? ssh(status, finished) : telnet(status, finished)
  }

  private var place: String { "section [\(section)]: switch '\(address)'" }

  /// Exit statuses of curl(1).
  private func telnet(_ status: Int32, _ finished: Finished) -> BackupError {
    let (meaning, code, hint): (String, BackupError.Code, BackupError.Message) =
      switch status {
      case 1: ("curl here speaks no telnet", .driver, .fullCurl)
      case 6: ("its name is not known here", .refused, .name)
      case 7: ("nobody answers at its port", .transport, .port)
      case 28: ("it does not answer within connect_timeout", .transport, .unreachable)
      default: ("the connection broke", .transport, .unreachable)
      }
    return BackupError(
      code, .failed(place, meaning, "curl exit \(status)", reason(finished)), hint: hint)
  }

  private func ssh(_ status: Int32, _ finished: Finished) -> BackupError? {
    if let offer = Self.legacyOffer(in: finished.errors) {
      return BackupError(
        .refused, .failed(place, "ssh shares no algorithm with it", "ssh exit 255", offer.message),
        hint: .legacy(offer.option))
    }
    guard status == 255, let hint = SSHFailure.hint(for: finished.errors) else { return nil }
    let isLogin = finished.errors.contains("Permission denied")
    return BackupError(
      SSHFailure.code(for: finished.errors),
      .failed(
        place, isLogin ? "refuses the login" : "the connection failed", "ssh exit 255",
        reason(finished)),
      hint: isLogin ? .login : hint)
  }

  /// The option that lets ssh take an algorithm it has given up, as it says itself what the other
  /// side offers (`kex.c` of OpenSSH).
  private static func legacyOffer(in errors: String) -> (option: String, message: String)? {
    let options = [
      ("key exchange method", "KexAlgorithms"), ("host key type", "HostKeyAlgorithms"),
      ("cipher", "Ciphers"), ("MAC", "MACs"),
    ]
    for line in errors.split(whereSeparator: \.isNewline) {
      guard let offer = line.firstRange(of: "Their offer: ") else { continue }
      for (words, option) in options where line.contains("no matching \(words) found") {
        let names = ForeignText.line(String(line[offer.upperBound...]))
        return ("\(option)=+\(names)", "no matching \(words) found, it offers \(names)")
      }
    }
    return nil
  }

  private func reason(_ finished: Finished) -> String {
    let lines = finished.errors.split(whereSeparator: \.isNewline)
      .filter { !$0.hasPrefix("Warning: Permanently added") }
      .map { ForeignText.line(String($0.trimmingPrefix(#/curl: \(\d+\) /#))) }
    return lines.suffix(2).joined(separator: " / ")
  }
}

extension BackupError.Message {
  fileprivate static func failed(
    _ place: String, _ meaning: String, _ status: String, _ reason: String
  ) -> Self {
    "\(place): \(meaning) (\(status))\(reason.isEmpty ? "" : ": \(reason)")"
  }
  fileprivate static func notStarted(_ place: String, _ reason: String) -> Self {
    "\(place): the program to reach it was not found\(reason.isEmpty ? "" : ": \(reason)")"
  }
  fileprivate static let install: Self =
    "Install curl for telnet, the ssh client for ssh, and util-linux, whose setsid gives them a terminal."
  fileprivate static let fullCurl: Self =
    "Install the whole curl: 'dnf swap curl-minimal curl', 'apt-get install curl'."
  fileprivate static let name: Self = "Check the spelling of switch_ip, and the DNS."
  fileprivate static let port: Self =
    "Is telnet turned on there? Check switch_ip, switch_port and switch_transport."
  fileprivate static let unreachable: Self =
    "Is the switch up, and does a firewall or an access list of its lines keep this server out?"
  fileprivate static let login: Self =
    "Check switch_user and switch_password, or private_key, and that this login may use ssh."
  fileprivate static func legacy(_ option: String) -> Self {
    "If it cannot be taught better, add 'ssh_options = \(option)' to its section."
  }
}
