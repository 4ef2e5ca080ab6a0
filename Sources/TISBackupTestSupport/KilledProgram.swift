import Foundation
import Glibc

/// A program that was killed, and with it everything it had started: it has a session of its own,
/// which its children stay in whatever process groups they make.
package struct KilledProgram: Sendable {
  /// How it ended; 128 + N stands for the signal N.
  package let status: Int32
  /// Seconds it lived.
  package let seconds: Double

  /// Whether it was killed before it ended by itself.
  package var wasKilled: Bool { status == 128 + SIGKILL }

  /// Runs a program, found on the `PATH`, for so many seconds at most; what it prints goes to the
  /// file `output`.
  ///
  /// Returns when nothing of the session is left, so that all its locks are free. On a thread of its
  /// own: a kill must not wait for the few threads that run all tests.
  package static func run(_ line: [String], seconds: Double, output: String) async throws
    -> KilledProgram
  {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(with: Result { try live(line, seconds, output) })
      }
    }
  }

  private static func live(_ line: [String], _ seconds: Double, _ output: String) throws
    -> KilledProgram
  {
    let begun = ContinuousClock.now
    let pid = try spawn(line, output)
    var end = siginfo_t()
    // Left unburied, so that its number names nobody else as long as its session is looked for.
    while waitid(P_PID, id_t(pid), &end, WEXITED | WNOHANG | WNOWAIT) == 0, end.si_signo == 0,
      begun.duration(to: .now) < .seconds(seconds)
    {
      usleep(500)
    }
    let lived = begun.duration(to: .now)
    endSession(pid)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7f
    return KilledProgram(
      status: signal == 0 ? status >> 8 & 0xff : 128 + signal, seconds: lived / .seconds(1))
  }

  /// `POSIX_SPAWN_SETSID` of `spawn.h`, which Swift's Glibc module leaves out.
  private static let sessionOfItsOwn: Int16 = 0x80

  private static func spawn(_ line: [String], _ output: String) throws -> pid_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, sessionOfItsOwn)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    let words = line.map { strdup($0) }
    let variables = ProcessInfo.processInfo.environment.map { strdup("\($0)=\($1)") }
    defer { for text in words + variables { free(text) } }
    var pid = pid_t()
    let problem = posix_spawnp(
      &pid, line[0], &actions, &attributes, words + [nil], variables + [nil])
    guard problem == 0 else {
      throw ServerError.failed("\(line[0]): \(String(cString: strerror(problem)))")
    }
    return pid
  }

  /// Kills a session until none of it is left: one that is just starting another may be missed once.
  private static func endSession(_ session: pid_t) {
    kill(session, SIGKILL)
    for _ in 0..<60_000 {
      let members = living(in: session)
      guard !members.isEmpty else { return }
      for member in members { kill(member, SIGKILL) }
      // Who is in the middle of a sync dies when that is done.
      usleep(1000)
    }
  }

  private static func living(in session: pid_t) -> [pid_t] {
    names("/proc").compactMap { pid_t($0) }.filter { pid in
      guard let line = try? text("/proc/\(pid)/stat"), let end = line.lastIndex(of: ")") else {
        return false
      }
      // "PID (NAME) STATE PARENT GROUP SESSION ..."; a zombie holds nothing any more.
      let fields = line[line.index(after: end)...].split(separator: " ")
      return fields.count > 3 && fields[3] == "\(session)" && !["Z", "X"].contains(fields[0])
    }
  }
}
