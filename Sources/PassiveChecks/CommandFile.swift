import Glibc

/// Nagios' external command file, open for writing: a named pipe that must already be there.
final class CommandFile {
  /// Why a line cannot be written.
  enum Trouble: Error, Equatable {
    case missing
    /// A pipe without a reader: what Nagios 4 leaves behind when it ends.
    case abandoned
    case notAPipe
    /// It stayed full until the time was over.
    case full
    case other(Int32)
  }

  private let descriptor: Int32

  /// Opens the pipe, and never makes one: a regular file in its place would keep Nagios from
  /// starting, and without `O_NONBLOCK` this would wait for a reader for ever.
  init(_ path: String) throws(Trouble) {
    descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    let problem = errno
    guard descriptor >= 0 else { throw Self.trouble(problem, at: path) }
    // Asked of what was opened: the name may stand for something else by now.
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .other(errno) }
    guard status.st_mode & S_IFMT == S_IFIFO else { throw .notAPipe }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  private static func trouble(_ code: Int32, at path: String) -> Trouble {
    var status = stat()
    switch code {
    case ENOENT, ENOTDIR: return .missing
    // Of a socket as well, and a folder cannot be opened for writing.
    case ENXIO, EISDIR, ELOOP:
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else { return .notAPipe }
      return .abandoned
    default: return .other(code)
    }
  }

  /// Writes a line of at most `PIPE_BUF` bytes: whole or, by POSIX, not at all.
  func write(_ line: [UInt8], until deadline: ContinuousClock.Instant) throws(Trouble) {
    while true {
      let (count, code) = writeOnce(line)
      if count == line.count { return }
      switch code {
      case EAGAIN: guard waitForRoom(until: deadline) else { throw .full }
      case EINTR: continue
      case EPIPE: throw .abandoned
      default: throw .other(count < 0 ? code : EIO)
      }
    }
  }

  /// One `write`, after which this process still lives: a pipe whose reader is gone sends SIGPIPE
  /// to the thread that writes, whatever the rest of the program does about signals.
  private func writeOnce(_ line: [UInt8]) -> (count: Int, code: Int32) {
    var (pipe, old) = (sigset_t(), sigset_t())
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipe, &old)
    defer { pthread_sigmask(SIG_SETMASK, &old, nil) }
    let count = Glibc.write(descriptor, line, line.count)
    let code = count < 0 ? errno : 0
    if code == EPIPE {
      var atOnce = timespec()
      sigtimedwait(&pipe, nil, &atOnce)
    }
    return (count, code)
  }

  /// Waits until somebody has read; false when nobody has in time.
  private func waitForRoom(until deadline: ContinuousClock.Instant) -> Bool {
    while true {
      let rest = ContinuousClock.now.duration(to: deadline).components
      let milliseconds = rest.seconds * 1000 + rest.attoseconds / 1_000_000_000_000_000
      guard milliseconds > 0 else { return false }
      var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      // Also when the reader is gone: the next write tells.
      if poll(&wanted, 1, Int32(clamping: milliseconds)) > 0 { return true }
    }
  }
}
