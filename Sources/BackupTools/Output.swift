import Glibc

/// Where answers and complaints of a tool go.
package enum Output {
  /// The answer, on standard output.
  package static func print(_ text: String) { write(line: text, to: STDOUT_FILENO) }

  /// What is wrong, on standard error.
  package static func complain(_ text: String) { write(line: text, to: STDERR_FILENO) }

  private static func write(line text: String, to descriptor: Int32) {
    write(text.hasSuffix("\n") || text.isEmpty ? text : text + "\n", to: descriptor)
  }

  /// Writes all of a text, as it is; a reader that has gone away is no concern of ours.
  static func write(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
