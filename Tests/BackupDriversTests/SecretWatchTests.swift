import Foundation
import TISBackupTestSupport
import Testing

/// The watcher that other tests set on secrets.
@Suite(.scratch)
struct SecretWatchTests {
  private let secret = "s3cret \(UUID().uuidString)"

  @Test func `a secret on a command line is seen`() async throws {
    let watched = try await SecretWatch.leaks(of: ["other", secret]) {
      try await program(["sh", "-c", "sleep 0.3; exit 3", secret]).status
    }
    #expect(watched.result == 3)
    #expect(watched.leaks.contains { $0.hasPrefix("cmdline of ") && $0.contains(secret) })
    #expect(!watched.leaks.contains { $0.hasPrefix("environ ") })
    #expect(watched.rounds > 3)
  }

  @Test func `a secret in an environment is seen, and which variable it is`() async throws {
    let watched = try await SecretWatch.leaks(of: [secret]) {
      try await program(["sleep", "0.3"], environment: ["TIS_TEST": "a\(secret)z"])
    }
    #expect(!watched.leaks.isEmpty)
    #expect(watched.leaks.allSatisfy { $0.hasPrefix("environ of ") })
    #expect(watched.leaks.contains { $0.hasSuffix(" (sleep): TIS_TEST=a\(secret)z") })
  }

  @Test func `a secret that comes by a pipe or a file is not seen`() async throws {
    let file = try write(secret, to: "\(ScratchDirectory.path)/secret")
    let watched = try await SecretWatch.leaks(of: [secret]) {
      try await program(["sh", "-c", "cat - \"$1\"; sleep 0.3", "sh", file], input: secret)
    }
    #expect(watched.result.stdout == secret + secret)
    #expect(watched.leaks == [])
    #expect(watched.rounds > 3)
  }

  @Test func `an error of what is watched is handed on`() async throws {
    await #expect(throws: CancellationError.self) {
      try await SecretWatch.leaks(of: [secret]) { throw CancellationError() }
    }
  }
}
