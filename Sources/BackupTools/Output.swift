import Glibc
import Synchronization

/// Where answers and complaints of a tool go.
package enum Output {
  private static let hasLost = Atomic<Bool>(false)
  private static let hasLeft = Atomic<Bool>(false)

  /// Whether an answer could not be written, as to a full disk.
  ///
  /// A reader that has read enough, `| head`, loses nothing it wanted.
  static var hasLostAnswer: Bool { hasLost.load(ordering: .acquiring) }

  /// From here on answers go to standard error: what is written to standard output is for a
  /// program that reads it, and must find nothing else there.
  static func leaveStandardOutput() { hasLeft.store(true, ordering: .releasing) }

  /// The answer, on standard output.
  package static func print(_ text: String) {
    guard !hasLeft.load(ordering: .acquiring) else { return complain(text) }
    write(text.hasSuffix("\n") || text.isEmpty ? text : text + "\n")
  }

  /// The answer to the letter, for another program: nothing is added at its end.
  package static func write(_ text: String) {
    guard !write(text, to: STDOUT_FILENO), errno != EPIPE else { return }
    let reason = String(cString: strerror(errno))
    if !hasLost.exchange(true, ordering: .acquiringAndReleasing) {
      complain("cannot write the answer to standard output: \(reason)")
    }
  }

  /// What is wrong, on standard error.
  package static func complain(_ text: String) {
    write(text.hasSuffix("\n") || text.isEmpty ? text : text + "\n", to: STDERR_FILENO)
  }

  /// Writes all of a text, as it is; false, with `errno`, when that is not possible.
  @discardableResult
  static func write(_ text: String, to descriptor: Int32) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
