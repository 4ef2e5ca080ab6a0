import Foundation
import TISBackupTestSupport
import Testing

/// The machine that a site backs up, as it is cut off, killed and started again.
extension Site {
  /// The lines of a section of type rsync+ssh that copies the same source over an sshd.
  func section(_ name: String, over ssh: SSHServer, _ more: String = "") -> String {
    """
    [\(name)]
    type = rsync+ssh
    \(ssh.iniLines)
    remote_dir = \(source)
    \(more)

    """
  }

  /// Adds a file to the source that takes `seconds` to be copied with `bwlimit = 100`.
  func addSlowFile(_ name: String = "slow.bin", seconds: Int) throws {
    var generator = SystemRandomNumberGenerator()
    let words = (0..<seconds * 12_800).map { _ in generator.next() }
    try words.withUnsafeBytes { Data($0) }.write(to: URL(filePath: "\(source)/\(name)"))
  }

  /// Ends the rsync daemon and all who serve its connections at once, as a power cut would.
  func killDaemon() async throws {
    // A stopped listener makes no more children while they are counted.
    daemon.server.signal(SIGSTOP)
    for process in daemon.server.pid.map({ descendants(of: $0) }) ?? [] {
      kill(process.pid, SIGKILL)
    }
    daemon.server.signal(SIGKILL)
    await daemon.server.hasEnded()
    try FileManager.default.removeItem(atPath: "\(folder)/rsyncd.pid")
  }

  /// Starts the rsync daemon again where it was.
  func startDaemonAgain() async throws -> Server {
    try await Server(
      "/usr/bin/rsync", ["--daemon", "--no-detach", "--config=\(folder)/rsyncd.conf"],
      port: daemon.port, log: "\(folder)/rsyncd.log")
  }

  /// Starts an sshd that was killed again where it was.
  func startAgain(_ ssh: SSHServer) async throws -> Server {
    await ssh.server.hasEnded()
    return try await Server(
      "/usr/sbin/sshd", ["-D", "-e", "-f", "\(folder)/sshd_config"], port: ssh.port,
      log: "\(folder)/sshd.log")
  }

  /// Sends a signal to a tool that is at work on this site.
  func signal(_ number: Int32, _ tool: String = "tisbackup-run") {
    for process in descendants(of: getpid()) where process.name == tool.prefix(15) {
      let line = FileManager.default.contents(atPath: "/proc/\(process.pid)/cmdline") ?? Data()
      if String(decoding: line, as: UTF8.self).contains(ini) { kill(process.pid, number) }
    }
  }

  /// No program of a run is at work any more in the folder of a section.
  func expectNoProgram(
    of section: String = "web1", at location: SourceLocation = #_sourceLocation
  ) {
    #expect(commandLines(with: "\(base)/\(section)/") == [], sourceLocation: location)
  }
}
