import Foundation
import Glibc
import Synchronization

/// A loopback port behind which a ``SwitchScript`` is played, once for each connection, and which
/// forgives nothing: what it does not expect, what comes before it was asked for, and what never
/// comes are all faults.
package final class ScriptedSwitch: Sendable {
  /// Seconds after which nobody says any more what is expected.
  private static let patience: Int32 = 20

  package let port: Int
  private let descriptor: Int32
  private let script: SwitchScript
  private let enter: [UInt8]
  private let found = Mutex<(faults: [String], sessions: Int, isAtWork: Int)>(([], 0, 0))

  /// `enter` is what the Enter key sends; options of telnet are asked for, and its answers left out,
  /// with `isTelnet`.
  package init(_ script: SwitchScript, isTelnet: Bool) throws {
    (port, descriptor) = try SilentServer.listen()
    (self.script, enter) = (script, isTelnet ? [13, 10] : [13])
    Thread.detachNewThread { [weak self, descriptor] in
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0, let self else { return }
        self.found.withLock { $0 = ($0.faults, $0.sessions + 1, $0.isAtWork + 1) }
        Thread.detachNewThread {
          let fault = Session(connection, isTelnet: isTelnet).play(self.script, self.enter)
          self.found.withLock { found in
            found.faults += fault.map { [$0] } ?? []
            found.isAtWork -= 1
          }
          close(connection)
        }
      }
    }
  }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  /// How many logged in, or tried to.
  package var sessions: Int { found.withLock { $0.sessions } }

  /// What went wrong, when every session has come to its end.
  package func faults() async -> [String] {
    for _ in 0..<1500 where found.withLock({ $0.isAtWork > 0 }) {
      try? await Task.sleep(for: .milliseconds(20))
    }
    return found.withLock { $0.isAtWork > 0 ? $0.faults + ["a session goes on"] : $0.faults }
  }

  /// One connection.
  private struct Session {
    private let connection: Int32
    private let isTelnet: Bool
    /// What came, without the options of telnet, and was not looked at.
    private var waiting: [UInt8] = []
    private var options = TelnetAnswers()

    init(_ connection: Int32, isTelnet: Bool) {
      (self.connection, self.isTelnet) = (connection, isTelnet)
    }

    /// What was wrong first; nil when all went as it stands in the script.
    func play(_ script: SwitchScript, _ enter: [UInt8]) -> String? {
      var session = self
      if isTelnet { session.negotiate() }
      for (index, step) in script.steps.enumerated() {
        let fault: String? =
          switch step {
          case .says(let bytes): session.say(bytes)
          case .hears(let bytes): session.hear(bytes)
          case .hearsLine(let bytes): session.hear(bytes + enter)
          case .hangsUp: nil
          }
        if let fault { return "step \(index + 1): \(fault)" }
      }
      return script.steps.last == .hangsUp ? nil : session.hearNothingMore()
    }

    /// As a switch does: it echoes, suppresses go-ahead, and asks for the size of the window and the
    /// kind of terminal.
    private mutating func negotiate() {
      send([255, 251, 1, 255, 251, 3, 255, 253, 31, 255, 253, 24])
    }

    private mutating func say(_ bytes: [UInt8]) -> String? {
      guard let early = read(within: 0), early.isEmpty, waiting.isEmpty else {
        return "typed before it was asked: \(shown(waiting))"
      }
      // A byte of 255 would begin an option.
      send(isTelnet ? bytes.flatMap { $0 == 255 ? [255, 255] : [$0] } : bytes)
      return nil
    }

    private mutating func hear(_ expected: [UInt8]) -> String? {
      while waiting.count < expected.count, expected.starts(with: waiting) {
        guard let more = read(within: ScriptedSwitch.patience * 1000), !more.isEmpty else {
          return "never heard \(shown(expected)), only \(shown(waiting))"
        }
      }
      guard waiting.starts(with: expected) else {
        return "heard \(shown(waiting)) instead of \(shown(expected))"
      }
      waiting.removeFirst(expected.count)
      return nil
    }

    private mutating func hearNothingMore() -> String? {
      while let more = read(within: ScriptedSwitch.patience * 1000) {
        if more.isEmpty { return "the other side never hung up" }
        if !waiting.isEmpty { return "heard more at the end: \(shown(waiting))" }
      }
      return nil
    }

    /// Takes what has come; empty when nothing did in that time, nil at the end.
    private mutating func read(within milliseconds: Int32) -> [UInt8]? {
      while true {
        var asked = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
        guard poll(&asked, 1, milliseconds) > 0 else { return [] }
        var piece = [UInt8](repeating: 0, count: 4096)
        let count = recv(connection, &piece, piece.count, 0)
        guard count > 0 else { return milliseconds == 0 ? [] : nil }
        let text = isTelnet ? options.text(in: piece[..<count]) : Array(piece[..<count])
        waiting += text
        if !text.isEmpty { return text }
      }
    }

    private func send(_ bytes: [UInt8]) {
      _ = Glibc.send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    private func shown(_ bytes: [UInt8]) -> String {
      "'\(String(decoding: bytes, as: UTF8.self).debugDescription)'"
    }
  }
}

/// Takes the answers about options out of what a telnet client sends.
private struct TelnetAnswers {
  private enum State { case text, command, option, parameters, parametersCommand }
  private var state = State.text

  mutating func text(in bytes: some Sequence<UInt8>) -> [UInt8] {
    bytes.filter { byte in
      switch (state, byte) {
      case (.text, 255): state = .command
      case (.text, _): return true
      case (.command, 255):
        state = .text
        return true
      case (.command, 250): state = .parameters
      case (.command, 251...254): state = .option
      case (.command, _), (.option, _): state = .text
      case (.parameters, 255): state = .parametersCommand
      case (.parameters, _): break
      case (.parametersCommand, 240): state = .text
      case (.parametersCommand, _): state = .parameters
      }
      return false
    }
  }
}
