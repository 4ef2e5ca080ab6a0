import Glibc
import Synchronization

/// One line of output per signal and how it ends, in memory that a signal handler may read.
///
/// A handler must not allocate, lock or compose: the fault may have hit in the middle of `malloc`.
/// So all lines lie ready as C strings, in one of two tables. New lines go into the table not in
/// use, then one atomic store swaps them: a signal at any moment finds a table that is whole.
/// The end of all lines, which changes with every step of a check, has two places of its own.
enum EmergencyLines {
  /// Signals 1 to 31 are all that are not real-time signals.
  private static let count = 32
  /// Bytes per line, the terminating NUL included.
  private static let size = 512

  private static let tables = Tables()
  private static let current = Atomic<Int>(0)
  private static let currentEnd = Atomic<Int>(0)

  /// Memory that is never freed, because a handler may need it until the very end.
  ///
  /// Unchecked because the bytes are plain memory: `current` says which table may be read, and only
  /// the main thread writes, to the other one.
  private struct Tables: @unchecked Sendable {
    let bytes: UnsafeMutablePointer<CChar>

    init() {
      let length = (2 * count + 2) * size
      bytes = .allocate(capacity: length)
      bytes.initialize(repeating: 0, count: length)
    }

    func line(_ number: Int, in table: Int) -> UnsafeMutablePointer<CChar> {
      bytes + (table * count + number) * size
    }

    func end(_ place: Int) -> UnsafeMutablePointer<CChar> { bytes + (2 * count + place) * size }
  }

  /// Replaces all lines with what `line` says for each signal; longer ones are cut.
  ///
  /// It also initialises the lazy globals above, outside of any handler.
  static func publish(_ line: (Int32) -> String) {
    let table = 1 - current.load(ordering: .relaxed)
    for number in 1..<count { copy(line(Int32(number)), to: tables.line(number, in: table)) }
    current.store(table, ordering: .releasing)
  }

  /// Replaces the end of all lines; a longer one is cut.
  static func publish(end: String) {
    let place = 1 - currentEnd.load(ordering: .relaxed)
    copy(end, to: tables.end(place))
    currentEnd.store(place, ordering: .releasing)
  }

  private static func copy(_ text: String, to line: UnsafeMutablePointer<CChar>) {
    var offset = 0
    for byte in text.utf8.prefix(size - 1) {
      line[offset] = CChar(bitPattern: byte)
      offset += 1
    }
    line[offset] = 0
  }

  /// Prints the line of that signal and exits UNKNOWN; async-signal-safe.
  static func answer(_ number: Int32) -> Never {
    let line = tables.line(Int(number), in: current.load(ordering: .acquiring))
    let end = tables.end(currentEnd.load(ordering: .acquiring))
    if canWrite {
      _ = write(STDOUT_FILENO, line, strlen(line))
      _ = write(STDOUT_FILENO, end, strlen(end))
      _ = write(STDOUT_FILENO, "\n", 1)
    }
    _exit(CheckState.unknown.rawValue)
  }

  /// A reader that does not read must not hold up the end; one second is given to it.
  private static var canWrite: Bool {
    var output = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
    return poll(&output, 1, 1000) > 0
  }
}
