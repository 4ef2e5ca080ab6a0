import OutsideWorld
import Synchronization

/// A ``SwitchDialogue`` on a line.
final class SwitchConversation: Conversation {
  private let dialogue: SwitchDialogue
  private let outcome = Mutex<Result<SwitchReading, SwitchFailure>?>(nil)

  init(_ dialogue: SwitchDialogue) { self.dialogue = dialogue }

  /// What came of it; nil when nobody talked.
  var result: Result<SwitchReading, SwitchFailure>? { outcome.withLock { $0 } }

  func talk(on line: ConversationLine) {
    var dialogue = dialogue
    let start = ContinuousClock.now
    while !dialogue.isOver {
      let wait = max(1, dialogue.nextMoment - Self.milliseconds(since: start))
      switch line.hear(within: wait) {
      case .bytes(let bytes): dialogue.hear(bytes, at: Self.milliseconds(since: start))
      case .nothing: dialogue.pass(to: Self.milliseconds(since: start))
      case .end: dialogue.end()
      }
      let words = dialogue.takeOutput()
      if !words.isEmpty { line.say(words) }
    }
    outcome.withLock { [dialogue] in $0 = dialogue.result }
  }

  private static func milliseconds(since start: ContinuousClock.Instant) -> Int {
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
  }
}
