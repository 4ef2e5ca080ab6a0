import OutsideWorld
import TISBackupCore

/// One connection to a daemon, with results that travel over it by method 0 or 1.
struct NSCAConversation {
  /// Packets that are made and sent at once: the daemon sleeps a second wherever it reads but part
  /// of a packet, so few pieces are quick, and memory stays flat.
  private static let pieceCount = 48

  private let daemon: NSCADaemon
  private let form: NSCAPacket.Form
  private let connection: TCPConnection
  private let timestamp: UInt32
  private let mask: [UInt8]?
  /// Whether a daemon that hangs up says something.
  private let looks: Bool
  private var sent = 0

  /// Reads the greeting of a connection that was made.
  init(
    over connection: TCPConnection, to daemon: NSCADaemon, _ login: NSCALogin,
    _ form: NSCAPacket.Form, looks: Bool, _ time: TimeLeft
  ) throws(BackupError) {
    (self.connection, self.daemon, self.form, self.looks) = (connection, daemon, form, looks)
    let greeting = try daemon.greeting(on: connection, time)
    timestamp = greeting.timestamp
    mask = login.method == 0 ? nil : greeting.mask(password: login.password, count: form.size)
  }

  /// Sends results until the time is over; a daemon that hangs up meanwhile has taken none of them.
  ///
  /// What is said `inOneBreath` waits for ``finish()``, to go in one piece with the end.
  mutating func say(
    _ results: ArraySlice<PassiveResult>, inOneBreath: Bool, _ time: TimeLeft
  ) throws(BackupError) {
    var rest = results
    while !rest.isEmpty {
      let piece = rest.prefix(Self.pieceCount).flatMap(bytes)
      rest = rest.dropFirst(Self.pieceCount)
      let (count, end) = connection.send(piece, isLast: inOneBreath, time)
      sent += count
      if case .closed = end { throw hungUp }
      if end == .timeOver { return }
    }
  }

  /// Gives the daemon time to hang up on what it was sent.
  func awaitRejection(_ time: TimeLeft) throws(BackupError) {
    if case .closed = connection.awaitClose(time) { throw hungUp }
  }

  /// Says that no more is coming.
  func finish() { connection.finish() }

  /// Waits until the daemon has read all, which it says by closing too; the number of results that
  /// are with it.
  func taken(_ time: TimeLeft) throws(BackupError) -> Int {
    switch connection.settle(time) {
    case .closed(inOrder: false): throw hungUp
    case .closed, .done: sent / form.size
    case .timeOver: (sent - connection.unconfirmed) / form.size
    }
  }

  private var hungUp: BackupError { looks ? daemon.rejected : daemon.broken }

  private func bytes(of result: PassiveResult) -> [UInt8] {
    var bytes = NSCAPacket(result, form).bytes(form, timestamp: timestamp)
    if let mask { for index in mask.indices { bytes[index] ^= mask[index] } }
    return bytes
  }
}
