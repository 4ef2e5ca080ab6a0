import OutsideWorld
import Synchronization
import TISBackupCore

/// Stands between send_nsca and a daemon, to see what send_nsca does not look for: it closes the
/// connection at once and reports success, whatever the daemon makes of the password.
final class NSCARelay: Sendable {
  private static let bufferSize = 65_536

  private let daemon: NSCADaemon
  private let rejectWait: Int
  private let server: TCPConnection
  private let greeting: NSCAGreeting
  private let listener: LoopbackListener
  private let problem = Mutex<BackupError?>(nil)

  /// Connects to the daemon, so that one that cannot be reached is told in our words.
  init(to daemon: NSCADaemon, rejectWait: Int, _ time: TimeLeft) throws(BackupError) {
    (self.daemon, self.rejectWait) = (daemon, rejectWait)
    server = try daemon.connect(time)
    greeting = try daemon.greeting(on: server, time)
    listener = try LoopbackListener()
  }

  /// Where send_nsca finds the daemon, at 127.0.0.1.
  var port: Int { listener.port }

  /// Why the daemon did not take what it was sent, as far as is known.
  var rejection: BackupError? { problem.withLock { $0 } }

  /// Carries one connection to its end; throws what the daemon did not take.
  func carry(_ time: TimeLeft) throws(BackupError) {
    do throws(BackupError) {
      try copy(time)
      if case .closed = server.awaitClose(time.atMost(milliseconds: rejectWait)) {
        throw daemon.rejected
      }
      // A daemon since 2.9 takes a short packet only now that the connection ends behind it.
      server.finish()
      if server.settle(time) == .closed(inOrder: false) { throw daemon.rejected }
      guard !time.isCancelled else { throw daemon.interrupted }
      guard server.unconfirmed == 0 else { throw daemon.late }
    } catch {
      problem.withLock { $0 = error }
      throw error
    }
  }

  /// Copies what the client sends until it closes; a daemon sends nothing more.
  private func copy(_ time: TimeLeft) throws(BackupError) {
    guard let client = listener.accept(time) else { throw daemon.late }
    guard client.send(greeting.bytes, time).end == .done else { throw daemon.late }
    while true {
      let (bytes, end) = client.read(atMost: Self.bufferSize, time)
      if case .closed = end { return }
      guard end == .done else { throw daemon.late }
      switch server.send(bytes, time).end {
      case .done: continue
      case .closed:
        // Before the client is let go: whoever runs it asks when it fails.
        problem.withLock { $0 = daemon.rejected }
        throw daemon.rejected
      case .timeOver: throw daemon.late
      }
    }
  }
}
