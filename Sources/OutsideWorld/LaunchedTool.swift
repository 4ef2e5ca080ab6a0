import CLinux
import Glibc
import TISBackupCore

/// A program at work in a session of its own: it goes on when whoever started it is stopped.
///
/// What it prints goes to a file without a name, so that nobody has to read along.
package final class LaunchedTool: Sendable {
  /// How a tool ended.
  package enum End: Sendable, Equatable {
    case exited(Int32)
    case signaled(Int32)
  }

  /// `POSIX_SPAWN_SETSID` of `spawn.h`, which Swift's Glibc module leaves out.
  private static let sessionOfItsOwn: Int16 = 0x80

  private let output: Int32
  /// Of nobody else as long as it is at work.
  package let pid: pid_t
  private let end = Monitor<End?>(nil)

  /// Starts a tool by its path; throws when it cannot be started.
  package init(_ path: String, _ arguments: [String]) throws(BackupError) {
    output = try ScratchFile.nameless()
    do throws(BackupError) {
      pid = try Self.spawn(path, arguments, output)
    } catch {
      close(output)
      throw error
    }
    OwnThread.start { [pid, end] in
      var status: Int32 = 0
      while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
      let signal = status & 0x7f
      end.update { $0 = signal == 0 ? .exited(status >> 8 & 0xff) : .signaled(signal) }
    }
  }

  deinit { close(output) }

  /// Nil while it is at work.
  package var ended: End? { end.update(\.self) }

  /// The last of what it printed, at most so many bytes, from the beginning of a line.
  package func tail(_ limit: Int) -> String {
    var status = stat()
    guard fstat(output, &status) == 0 else { return "" }
    let size = Int(status.st_size)
    let start = max(0, size - limit)
    var bytes = [UInt8](repeating: 0, count: size - start)
    let count = bytes.withUnsafeMutableBytes { pread(output, $0.baseAddress, $0.count, start) }
    guard count > 0 else { return "" }
    let text = String(decoding: bytes.prefix(count), as: UTF8.self)
    guard start > 0, let newline = text.firstIndex(of: "\n") else { return text }
    return String(text[text.index(after: newline)...])
  }

  private static func spawn(_ path: String, _ arguments: [String], _ output: Int32)
    throws(BackupError) -> pid_t
  {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(
      &attributes, sessionOfItsOwn | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
    // Whoever starts it may ignore some, which a tool would inherit.
    var (all, none) = (sigset_t(), sigset_t())
    sigfillset(&all)
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setsigmask(&attributes, &none)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    for stream in [STDOUT_FILENO, STDERR_FILENO] {
      posix_spawn_file_actions_adddup2(&actions, output, stream)
    }
    // Nobody's connection stays open because this has it.
    tis_spawn_close_from(&actions, STDERR_FILENO + 1)
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var pid: pid_t = 0
    let status = posix_spawn(&pid, path, &actions, &attributes, &words, environ)
    guard status == 0 else { throw .system("cannot start '\(path)'", errno: status) }
    return pid
  }
}
