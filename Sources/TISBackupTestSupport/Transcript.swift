import OutsideWorld
import Synchronization
import SystemPackage
import TISBackupCore
import Testing

/// A world that answers the invocations it expects, in order, and no others.
package final class Transcript: Sendable {
  /// One command that is expected, what it answers, and what it does meanwhile.
  package struct Step: Sendable {
    /// The command in its shown form (``Invocation/redacted``).
    package var redacted: String
    package var answer: Finished
    /// Stands in for the work of the program; what it throws fails the test.
    package var act: @Sendable (Invocation) throws -> Void

    package init(
      _ redacted: String, _ answer: Finished = Finished(0),
      act: @escaping @Sendable (Invocation) throws -> Void = { _ in }
    ) {
      (self.redacted, self.answer, self.act) = (redacted, answer, act)
    }
  }

  private let expected: Mutex<[Step]>
  private let said = Mutex<[Note]>([])

  /// Commands in their order, each with what it answers and does.
  package init(steps: [Step]) { expected = Mutex(steps) }

  /// Commands in their shown form (``Invocation/redacted``), each with what it answers.
  package convenience init(_ expected: [(redacted: String, answer: Finished)]) {
    self.init(steps: expected.map { Step($0.redacted, $0.answer) })
  }

  /// Everything the work told so far.
  package var notes: [Note] { said.withLock { $0 } }

  package func world(
    now: Instant = Instant(seconds: 1_700_000_000), zone: LocalZone = .utc,
    isAlive: @escaping @Sendable (ProcessIdentity) -> Bool = { _ in true }
  ) -> World {
    world(clock: { now }, zone: zone, isAlive: isAlive)
  }

  /// As the other, with a clock that moves.
  package func world(
    clock: @escaping @Sendable () -> Instant, zone: LocalZone = .utc,
    isAlive: @escaping @Sendable (ProcessIdentity) -> Bool = { _ in true }
  ) -> World {
    World(
      now: clock, zone: zone, writer: .scripted, isAlive: isAlive,
      run: { invocation, _ in
        let next = self.expected.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        #expect(invocation.redacted == next?.redacted)
        do { try next?.act(invocation) } catch { Issue.record(error) }
        var answer = next?.answer ?? Finished(127)
        if let sink = invocation.sink {
          do { try sink.drain(answer.output) } catch { Issue.record(error) }
          answer.output = ""
        }
        return answer
      },
      say: { note in self.said.withLock { $0.append(note) } })
  }

  /// Call last: an invocation that never came is a failure too.
  package func expectFinished() {
    expected.withLock { #expect($0.isEmpty, "never ran: \($0.map(\.redacted))") }
  }
}

extension OutputSink {
  /// Takes a text as the output of a program.
  package func drain(_ text: String) throws { try drain(bytes: Array(text.utf8)) }

  /// Takes some bytes as the output of a program.
  package func drain(bytes: [UInt8]) throws {
    let file = FileDescriptor(rawValue: try ScratchFile.nameless())
    defer { try? file.close() }
    try file.writeAll(bytes)
    try file.seek(offset: 0, from: .start)
    drain(PipeReader(file.rawValue))
  }
}

extension ProcessIdentity {
  /// The writer of rows in scripted worlds.
  package static let scripted = ProcessIdentity(pid: 4711, bootID: "scripted-boot", startTicks: 7)
}
