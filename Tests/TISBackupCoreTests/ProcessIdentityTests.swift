import Foundation
import Glibc
import Testing

@testable import TISBackupCore

@Suite("a process")
struct ProcessIdentityTests {
  /// Starts `cat`, which lives until its input ends; gives its pid and that input.
  private func start() throws -> (pid: pid_t, input: FileHandle) {
    let pipe = Pipe()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, pipe.fileHandleForReading.fileDescriptor, 0)
    posix_spawn_file_actions_addclose(&actions, pipe.fileHandleForWriting.fileDescriptor)
    var (pid, words): (pid_t, [UnsafeMutablePointer<CChar>?]) = (0, [strdup("cat"), nil])
    defer { free(words[0]) }
    try #require(posix_spawn(&pid, "/bin/cat", &actions, nil, &words, environ) == 0)
    return (pid, pipe.fileHandleForWriting)
  }

  private func identity(of pid: pid_t) throws -> ProcessIdentity {
    var identity = ProcessIdentity.current()
    let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    let fields = stat.split(separator: " ")
    identity.pid = pid
    identity.startTicks = try #require(Int64(fields[21]))
    return identity
  }

  @Test("lives until it is dead, also when nobody has buried it yet")
  func zombie() throws {
    let (pid, input) = try start()
    defer { withExtendedLifetime(input) {} }
    let identity = try identity(of: pid)
    #expect(identity.isAlive)
    kill(pid, SIGKILL)
    var info = siginfo_t()
    // Waits for its death, and leaves it as it is.
    waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT)
    #expect(!identity.isAlive)
    waitpid(pid, nil, 0)
    #expect(!identity.isAlive)
  }

  @Test("is not another one of the same number, nor one of before the last boot")
  func others() throws {
    let own = ProcessIdentity.current()
    #expect(own.isAlive)
    var other = own
    other.startTicks -= 1
    #expect(!other.isAlive)
    other = own
    other.bootID = "another boot"
    #expect(!other.isAlive)
  }
}
