import Glibc
import OutsideWorld
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

/// A program is ended when the first of its limits is over, with all that it started.
@Suite(.scratch, .timeLimit(.minutes(2)))
struct TimeLimitTests {
  private static let world = World.live { _ in }

  @Test(arguments: [
    (TimeLimit.program(120), "ended after the limit of 2m"),
    (.run(5400), "ended when the run had taken its timeout of 1h 30m"),
    (.silence(600), "ended because nothing came for idle_timeout, 10m"),
  ])
  func `each is told with the key that it comes from`(_ limit: TimeLimit, _ text: String) {
    #expect("\(limit)" == text)
    #expect(Finished(.timedOut(limit)).reason == text)
  }

  @Test(arguments: [
    (0, 10, 10), (4, 10, 6), (10, 10, 0), (11, 10, 0), (4.2, 10, 6), (9.999, 10, 1),
  ])
  func `a deadline has seconds left, rounded up, and none when it is over`(
    _ elapsed: Double, _ limit: Int, _ left: Int
  ) {
    let begun = ContinuousClock.now
    let deadline = Deadline(limit, from: begun)
    #expect(deadline.secondsLeft(at: begun + .seconds(elapsed)) == left)
    #expect(deadline.limit == limit)
  }

  @Test func `the end of the run comes before the limit of the program, or after it`() async throws
  {
    for (program, run, expected) in [
      (1, 600, TimeLimit.program(1)), (600, 1, .run(1)), (nil, 1, .run(1)),
    ] {
      let lifeline = try Lifeline(in: ScratchDirectory.path)
      var invocation = Invocation(
        "sh", ["-c", "exec 3>\"$1\"; sh -c 'sleep 600; :' & sleep 600; :", "sh", lifeline.path])
      invocation.timeLimit = program
      invocation.deadline = Deadline(run, from: .now)
      #expect(try await Self.world.run(invocation, nil).end == .timedOut(expected))
      #expect(await lifeline.isLetGo())
      unlink(lifeline.path)
    }
  }

  @Test func `after the end of the run no program is started`() async throws {
    let trace = "\(ScratchDirectory.path)/trace"
    var invocation = Invocation("touch", [trace])
    invocation.deadline = Deadline(60, from: .now - .seconds(60))
    #expect(try await Self.world.run(invocation, nil).end == .timedOut(.run(60)))
    #expect(!exists(trace))
  }

  @Test func `a program that falls silent is ended`() async throws {
    let sink = TextSink()
    var invocation = Invocation("sh", ["-c", "echo begun; exec sleep 600"])
    (invocation.sink, invocation.idleLimit) = (sink, 1)
    #expect(try await Self.world.run(invocation, nil).end == .timedOut(.silence(1)))
    #expect(sink.text == "begun\n")
  }

  @Test func `one that says a little now and then is not`() async throws {
    let sink = TextSink()
    var invocation = Invocation(
      "sh", ["-c", "for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.5; done"])
    (invocation.sink, invocation.idleLimit) = (sink, 3)
    #expect(try await Self.world.run(invocation, nil).succeeded)
    #expect(sink.text == "1\n2\n3\n4\n5\n6\n7\n8\n")
  }

  @Test func `nor one whose words a slow disk of ours does not take`() async throws {
    let sink = SlowSink()
    var invocation = Invocation("head", ["-c", "3000000", "/dev/zero"])
    (invocation.sink, invocation.idleLimit) = (sink, 1)
    #expect(try await Self.world.run(invocation, nil).succeeded)
    #expect(sink.count == 3_000_000)
  }
}

/// Takes what comes, after a while that is longer than the limit of the program.
private final class SlowSink: OutputSink {
  private let state = Mutex(0)
  var count: Int { state.withLock { $0 } }

  func drain(_ pipe: PipeReader) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var isFirst = true
    while true {
      let got = buffer.withUnsafeMutableBytes { pipe.read(into: $0) }
      guard got > 0 else { return }
      // Stands in for a write that the disk holds up.
      if isFirst { poll(nil, 0, 2500) }
      isFirst = false
      state.withLock { $0 += got }
    }
  }
}
