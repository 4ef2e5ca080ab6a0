import Glibc
import Testing

@testable import Monitoring

/// Every way a plugin may end without an answer of its own, tried in a process of its own.
struct CrashGuardTests {
  private func output(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
  }

  @Test func `a crash is an unknown that names the program, the signal and the stage`() async {
    let result = await #expect(
      processExitsWith: .exitCode(3), observing: [\.standardOutputContent]
    ) {
      CrashGuard.install(plugin: "check_x", service: "X")
      CrashGuard.stage("reading\n'a|b'")
      raise(SIGSEGV)
    }
    #expect(
      output(result)
        == "X UNKNOWN - internal error in check_x (signal 11) while reading 'a/b'\n")
  }

  @Test func `a trap of the runtime is an unknown`() async {
    let result = await #expect(
      processExitsWith: .exitCode(3), observing: [\.standardOutputContent]
    ) {
      CrashGuard.install(plugin: "check_x")
      let empty: [Int] = []
      _ = empty[Int(getpid())]
    }
    #expect(output(result).hasPrefix("TISBACKUP UNKNOWN - internal error in check_x (signal "))
  }

  @Test func `a time-out says how long it waited, and for what`() async {
    let result = await #expect(
      processExitsWith: .exitCode(3), observing: [\.standardOutputContent]
    ) {
      CrashGuard.install(plugin: "check_x")
      CrashGuard.limit(seconds: 600)
      CrashGuard.stage("opening the catalog")
      signalProcess(SIGALRM)
    }
    #expect(
      output(result) == "TISBACKUP UNKNOWN - timed out after 600s while opening the catalog\n")
  }

  @Test func `a request to stop is an unknown, and a stage that is over is not told`() async {
    let result = await #expect(
      processExitsWith: .exitCode(3), observing: [\.standardOutputContent]
    ) {
      CrashGuard.install(plugin: "check_x")
      CrashGuard.stage("opening the catalog")
      CrashGuard.stage("")
      signalProcess(SIGTERM)
    }
    #expect(output(result) == "TISBACKUP UNKNOWN - stopped by signal 15\n")
  }

  @Test func `a stage of any length leaves one whole line`() async {
    let result = await #expect(
      processExitsWith: .exitCode(3), observing: [\.standardOutputContent]
    ) {
      CrashGuard.install(plugin: "check_x")
      CrashGuard.stage(String(repeating: "é", count: 5000))
      abort()
    }
    let text = output(result)
    #expect(text.hasSuffix("é...\n") && text.utf8.count < 300)
  }

  @Test func `a closed pipe kills nobody`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      CrashGuard.install(plugin: "check_x")
      raise(SIGPIPE)
      exit(7)
    }
  }
}

/// A test's own thread may block signals, so the process gets it, and this thread waits for the end.
private func signalProcess(_ number: Int32) -> Never {
  kill(getpid(), number)
  while true { pause() }
}
