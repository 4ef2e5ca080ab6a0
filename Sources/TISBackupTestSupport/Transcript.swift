import BackupDrivers
import Synchronization
import TISBackupCore
import Testing

/// A world that answers the invocations it expects, in order, and no others.
package final class Transcript: Sendable {
  private let expected: Mutex<[(redacted: String, answer: Finished)]>
  private let said = Mutex<[Note]>([])

  /// Commands in their shown form (``Invocation/redacted``), each with what it answers.
  package init(_ expected: [(redacted: String, answer: Finished)]) {
    self.expected = Mutex(expected)
  }

  /// Everything the work told so far.
  package var notes: [Note] { said.withLock { $0 } }

  package func world(
    now: Instant = Instant(seconds: 1_700_000_000), zone: LocalZone = .utc,
    isAlive: @escaping @Sendable (ProcessIdentity) -> Bool = { _ in true }
  ) -> World {
    World(
      now: { now }, zone: zone, writer: .scripted, isAlive: isAlive,
      run: { invocation, _ in
        let next = self.expected.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        #expect(invocation.redacted == next?.redacted)
        return next?.answer ?? Finished(127)
      },
      say: { note in self.said.withLock { $0.append(note) } })
  }

  /// Call last: an invocation that never came is a failure too.
  package func expectFinished() {
    expected.withLock { #expect($0.isEmpty, "never ran: \($0.map(\.redacted))") }
  }
}

extension ProcessIdentity {
  /// The writer of rows in scripted worlds.
  package static let scripted = ProcessIdentity(pid: 4711, bootID: "scripted-boot", startTicks: 7)
}
