import Foundation
import OutsideWorld
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Programs whose output or input is too much for memory, followed while they run.
@Suite(.scratch)
struct StreamsTests {
  private static let world = World.live(say: { _ in })

  @Test func `a sink takes every byte of the output, and errors are kept apart`() async throws {
    let sink = Collector()
    var invocation = Invocation("sh", ["-c", "head -c 10000000 /dev/zero; echo done >&2; exit 3"])
    invocation.sink = sink
    let finished = try await Self.world.run(invocation, nil)
    #expect(finished == Finished(3, "", errors: "done\n"))
    #expect(sink.count == 10_000_000 && sink.calls == 1)
  }

  @Test func `a sink that takes no more ends the program by a broken pipe`() async throws {
    let sink = Collector(limit: 100_000)
    var invocation = Invocation("cat", ["/dev/zero"])
    invocation.sink = sink
    #expect(try await Self.world.run(invocation, nil).end == .signaled(SIGPIPE))
    #expect(sink.count >= 100_000)
  }

  @Test func `a program that cannot be started leaves its sink an empty stream`() async throws {
    let sink = Collector()
    var invocation = Invocation("no-such-program", [])
    invocation.sink = sink
    await #expect(throws: BackupError.self) { try await Self.world.run(invocation, nil) }
    #expect(sink.count == 0)
  }

  @Test func `a run that is cancelled ends the program and its sink`() async throws {
    let lifeline = try Lifeline(in: ScratchDirectory.path)
    let sink = Collector()
    let path = lifeline.path
    let task = Task {
      var invocation = Invocation("sh", ["-c", "exec 9>'\(path)'; echo >&9; exec sleep 1000"])
      invocation.sink = sink
      return try await Self.world.run(invocation, nil)
    }
    #expect(await lifeline.hears())
    task.cancel()
    await #expect(throws: BackupError.self) { try await task.value }
    #expect(await lifeline.isLetGo())
  }

  @Test func `a time limit ends a program that is followed, too`() async throws {
    let sink = Collector()
    var invocation = Invocation("sh", ["-c", "echo some; exec sleep 1000"])
    (invocation.sink, invocation.timeLimit) = (sink, 1)
    #expect(try await Self.world.run(invocation, nil).end == .timedOut(.program(1)))
    #expect(sink.count == 5)
  }

  @Test func `a source is the standard input, to its last byte`() async throws {
    var invocation = Invocation("sh", ["-c", "wc -c"])
    invocation.input = .source(Zeros(count: 10_000_000))
    let finished = try await Self.world.run(invocation, nil)
    #expect(finished.succeeded)
    #expect(finished.output.filter(\.isNumber) == "10000000")
  }

  @Test func `a program that reads no more ends its source, and nothing of ours`() async throws {
    let source = Zeros(count: .max)
    var invocation = Invocation("head", ["-c", "1"])
    invocation.input = .source(source)
    #expect(try await Self.world.run(invocation, nil) == Finished(0, "\0"))
    #expect(source.problem == EPIPE)
  }

  @Test func `a source and a sink work at the same time`() async throws {
    let sink = Collector()
    var invocation = Invocation("cat", [])
    (invocation.input, invocation.sink) = (.source(Zeros(count: 20_000_000)), sink)
    #expect(try await Self.world.run(invocation, nil).succeeded)
    #expect(sink.count == 20_000_000)
  }

  @Test(arguments: [(0, true), (3_000_000, true), (3_000_001, false)])
  func `a text is kept whole, or not at all`(_ count: Int, _ isKept: Bool) async throws {
    let sink = TextSink(limit: 3_000_000)
    var invocation = Invocation("head", ["-c", "\(count)", "/dev/zero"])
    invocation.sink = sink
    _ = try await Self.world.run(invocation, nil)
    #expect(sink.text?.utf8.count == (isKept ? count : nil))
  }

  @Test func `invocations are the same with the very same streams, and not with others`() {
    let (sink, source) = (Collector(), Zeros(count: 1))
    var one = Invocation("cat", [])
    (one.input, one.sink) = (.source(source), sink)
    var other = one
    #expect(one == other)
    other.sink = Collector()
    #expect(one != other)
    other = one
    other.input = .source(Zeros(count: 1))
    #expect(one != other)
  }
}

/// Counts what comes; takes no more after a limit.
private final class Collector: OutputSink {
  private let state = Mutex((count: 0, calls: 0))
  private let limit: Int

  init(limit: Int = .max) { self.limit = limit }

  var count: Int { state.withLock { $0.count } }
  var calls: Int { state.withLock { $0.calls } }

  func drain(_ pipe: PipeReader) {
    state.withLock { $0.calls += 1 }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while count < limit {
      let got = buffer.withUnsafeMutableBytes { pipe.read(into: $0) }
      guard got > 0 else { return }
      state.withLock { $0.count += got }
    }
  }
}

/// Says so many zeros.
private final class Zeros: InputSource {
  private let count: Int
  private let state = Mutex<Int32?>(nil)

  init(count: Int) { self.count = count }

  /// Why not all of it was said.
  var problem: Int32? { state.withLock { $0 } }

  func feed(_ descriptor: Int32) {
    let buffer = [UInt8](repeating: 0, count: 65_536)
    var rest = count
    while rest > 0 {
      let done = write(descriptor, buffer, min(rest, buffer.count))
      guard done > 0 else {
        let problem = errno
        return state.withLock { $0 = problem }
      }
      rest -= done
    }
  }
}
