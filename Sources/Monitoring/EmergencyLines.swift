import Glibc
import Synchronization

/// One complete line of output per signal, in memory that a signal handler may read.
///
/// A handler must not allocate, lock or compose: the fault may have hit in the middle of `malloc`.
/// So all lines lie ready as C strings, in one of two tables. New lines go into the table not in
/// use, then one atomic store swaps them: a signal at any moment finds a table that is whole.
enum EmergencyLines {
  /// Signals 1 to 31 are all that are not real-time signals.
  private static let count = 32
  /// Bytes per line, the terminating NUL included.
  private static let size = 512

  private static let tables = Tables()
  private static let current = Atomic<Int>(0)

  /// Memory that is never freed, because a handler may need it until the very end.
  ///
  /// Unchecked because the bytes are plain memory: `current` says which table may be read, and only
  /// the main thread writes, to the other one.
  private struct Tables: @unchecked Sendable {
    let bytes: UnsafeMutablePointer<CChar>

    init() {
      let length = 2 * count * size
      bytes = .allocate(capacity: length)
      bytes.initialize(repeating: 0, count: length)
    }

    func line(_ number: Int, in table: Int) -> UnsafeMutablePointer<CChar> {
      bytes + (table * count + number) * size
    }
  }

  /// Replaces all lines with what `line` says for each signal; longer ones are cut.
  ///
  /// It also initialises the lazy globals above, outside of any handler.
  static func publish(_ line: (Int32) -> String) {
    let table = 1 - current.load(ordering: .relaxed)
    for number in 1..<count {
      let text = line(Int32(number)).utf8CString.prefix(size - 1)
      for (offset, byte) in text.enumerated() { tables.line(number, in: table)[offset] = byte }
    }
    current.store(table, ordering: .releasing)
  }

  /// Prints the line of that signal and exits UNKNOWN; async-signal-safe.
  static func answer(_ number: Int32) -> Never {
    let line = tables.line(Int(number), in: current.load(ordering: .acquiring))
    if canWrite { _ = write(STDOUT_FILENO, line, strlen(line)) }
    _exit(CheckState.unknown.rawValue)
  }

  /// A reader that does not read must not hold up the end; one second is given to it.
  private static var canWrite: Bool {
    var output = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
    return poll(&output, 1, 1000) > 0
  }
}
