import Foundation
import OutsideWorld
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Conversations with programs, on a terminal of their own.
@Suite(.scratch, .timeLimit(.minutes(2)))
struct ConversationTests {
  /// Says each word when what stands before it was heard, and keeps all that it hears.
  private final class Talk: Conversation {
    private let words: [(after: String, say: String)]
    private let hangsUpAfter: String?
    private let kept = Mutex("")

    init(_ words: [(String, String)], hangsUpAfter: String? = nil) {
      (self.words, self.hangsUpAfter) = (words.map { ($0.0, $0.1) }, hangsUpAfter)
    }

    var heard: String { kept.withLock(\.self) }

    func talk(on line: ConversationLine) {
      var (text, next) = ("", 0)
      defer { kept.withLock { [text] in $0 = text } }
      while true {
        guard case .bytes(let bytes) = line.hear(within: 30_000) else { return }
        text += String(decoding: bytes, as: UTF8.self)
        while next < words.count, text.contains(words[next].after) {
          line.say(Array(words[next].say.utf8))
          next += 1
        }
        if let hangsUpAfter, text.contains(hangsUpAfter) { return }
      }
    }
  }

  private func run(
    _ talk: Talk, _ program: String, _ arguments: [String],
    with change: (inout Invocation) -> Void = { _ in }
  ) async throws -> Finished {
    var invocation = Invocation(program, arguments)
    invocation.conversation = talk
    change(&invocation)
    return try await World.live { _ in }.run(invocation, nil)
  }

  @Test func `what is said depends on what was heard, and nothing is echoed`() async throws {
    let talk = Talk([("name? ", "anna\n"), ("age? ", "7\n")])
    let finished = try await run(
      talk, "sh",
      ["-c", #"printf 'name? '; read name; printf 'age? '; read age; echo "$name:$age"; exit 3"#])
    #expect(finished == Finished(3))
    #expect(talk.heard == "name? age? anna:7\n")
  }

  @Test func `the program has a wide terminal of its own, which is asked for passwords`()
    async throws
  {
    let talk = Talk([("secret: ", "s3cret\n")])
    let finished = try await run(
      talk, "sh",
      [
        "-c",
        #"stty size </dev/tty; printf 'secret: ' >/dev/tty; read word </dev/tty; echo "$word""#,
      ])
    #expect(finished.end == .exited(0))
    #expect(talk.heard == "1000 1000\nsecret: s3cret\n")
  }

  @Test func `messages of the program are kept apart`() async throws {
    let talk = Talk([])
    let finished = try await run(talk, "sh", ["-c", "echo out; echo error >&2"])
    #expect(finished == Finished(0, "", errors: "error\n"))
    #expect(talk.heard == "out\n")
  }

  @Test func `any byte comes and goes as it is`() async throws {
    let all = String(String.UnicodeScalarView((1..<128).compactMap { Unicode.Scalar($0) }))
    let talk = Talk([("go", all)], hangsUpAfter: "end")
    _ = try await run(talk, "sh", ["-c", "printf go; head -c 127; printf end; sleep 1000"])
    #expect(Array(talk.heard.utf8) == Array(("go" + all + "end").utf8))
  }

  @Test func `more than a terminal holds arrives whole`() async throws {
    let talk = Talk([])
    _ = try await run(talk, "sh", ["-c", "head -c 3000000 /dev/zero | tr '\\0' x"])
    #expect(talk.heard.utf8.count == 3_000_000)
  }

  @Test(arguments: [
    "sleep 1000", "sleep 1000 & wait", "trap '' HUP; sleep 1000 & wait",
    "trap '' HUP TERM; sleep 1000 & sleep 1000",
  ])
  func `a program that goes on when nothing is left to say is ended, with all it started`(
    _ script: String
  ) async throws {
    let line = try Lifeline(in: ScratchDirectory.path)
    let talk = Talk([], hangsUpAfter: "begun")
    let finished = try await run(
      talk, "sh", ["-c", "exec 3>\"$1\"; printf begun; \(script)", "sh", line.path])
    #expect(finished.end != .exited(0))
    #expect(await line.isLetGo(within: 20))
  }

  @Test func `a limit ends the program, and the conversation with it`() async throws {
    let line = try Lifeline(in: ScratchDirectory.path)
    let talk = Talk([])
    let finished = try await run(
      talk, "sh", ["-c", "exec 3>\"$1\"; printf begun; sleep 1000 & wait", "sh", line.path]
    ) { $0.timeLimit = 5 }
    #expect(finished.end == .timedOut(.program(5)))
    #expect(talk.heard == "begun")
    #expect(await line.isLetGo(within: 20))
  }

  @Test func `a cancelled run ends the program, and says so`() async throws {
    let line = try Lifeline(in: ScratchDirectory.path)
    let run = Task { [path = line.path] in
      try await self.run(
        Talk([]), "sh", ["-c", "exec 3>\"$1\"; echo up >&3; sleep 1000 & wait", "sh", path])
    }
    #expect(await line.hears())
    run.cancel()
    let error = await #expect(throws: BackupError.self) { try await run.value }
    #expect(error?.code == .interrupted)
    #expect(await line.isLetGo(within: 20))
  }

  @Test func `a program that is not there is named`() async throws {
    let finished = try await run(Talk([]), "tisbackup-no-such-program", [])
    #expect(finished.end == .exited(127) && finished.errors.contains("tisbackup-no-such-program"))
  }

  @Test func `a line between two ends tells silence, words and the end`() throws {
    var ends: [Int32] = [-1, -1]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    defer { close(ends[0]) }
    let (one, other) = (ConversationLine(ends[0]), ConversationLine(ends[1]))
    #expect(one.hear(within: 1) == .nothing)
    other.say([1, 2, 3])
    #expect(one.hear(within: 1000) == .bytes([1, 2, 3]))
    close(ends[1])
    #expect(one.hear(within: 1000) == .end)
  }
}
