import OutsideWorld
import TISBackupCore

/// Methods 0 and 1, by ourselves.
///
/// Long packets travel over one connection. A daemon since 2.9 knows a short one by the end of the
/// connection that follows it, so that each has one of its own; some connections stand open side by
/// side, for `nsca --daemon` sleeps up to a second before it takes the next, and before it reads.
struct NativeNSCA: NSCAWay {
  private static let sideBySide = 32

  let daemon: NSCADaemon
  let login: NSCALogin
  let form: NSCAPacket.Form
  /// Milliseconds, 0 for not to look.
  let rejectWait: Int

  func share(of results: ArraySlice<PassiveResult>, isFirst: Bool) -> Int {
    switch form {
    case .long: results.count
    case .short: isFirst && rejectWait > 0 ? 1 : min(results.count, Self.sideBySide)
    }
  }

  func send(
    _ results: ArraySlice<PassiveResult>, isFirst: Bool, until end: ContinuousClock.Instant,
    using world: World
  ) async throws(BackupError) -> Int {
    let sent = await OwnThread.run(until: end) { time in
      Result { () throws(BackupError) in try converse(results, looks: isFirst, time) }
    }
    return try sent.get()
  }

  private func converse(_ results: ArraySlice<PassiveResult>, looks: Bool, _ time: TimeLeft)
    throws(BackupError) -> Int
  {
    let parts = form == .long ? [results] : results.indices.map { results[$0...$0] }
    let looks = looks && rejectWait > 0
    let sending = looks ? time.until(time.end - reserve(of: time)) : time
    let connections = try parts.map { _ throws(BackupError) in try daemon.connect(sending) }
    var conversations: [NSCAConversation] = []
    for (part, connection) in zip(parts, connections) {
      var conversation = try NSCAConversation(
        over: connection, to: daemon, login, form, looks: rejectWait > 0, sending)
      try conversation.say(part, inOneBreath: form == .short && !looks, sending)
      if looks { try conversation.awaitRejection(time.atMost(milliseconds: rejectWait)) }
      conversation.finish()
      conversations.append(conversation)
    }
    guard !time.isCancelled else { throw daemon.interrupted }
    return try taken(conversations, of: parts, time)
  }

  /// The time in which nothing is sent any more, so that there is some left to look.
  private func reserve(of time: TimeLeft) -> Duration {
    min(.milliseconds(rejectWait), (time.end - .now) / 2)
  }

  /// Counts from the first on: one that was not taken ends it.
  private func taken(
    _ conversations: [NSCAConversation], of parts: [ArraySlice<PassiveResult>], _ time: TimeLeft
  ) throws(BackupError) -> Int {
    var count = 0
    for (conversation, part) in zip(conversations, parts) {
      let taken = try conversation.taken(time)
      count += taken
      guard taken == part.count else { break }
    }
    return count
  }
}
