import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@Suite(.scratch)
struct InvocationTests {
  @Test(arguments: [
    (["-rt", "--stats"], [], "rsync -rt --stats"), ([], [], "rsync"),
    (["a b", "it's", "$HOME", ""], [], #"rsync 'a b' 'it'\''s' '$HOME' ''"#),
    (["--user", "x", "p w"], ["p w"], "rsync --user x ***"),
    (["p", "p", "--p"], ["p"], "rsync *** *** --p"),
    (["a\nb"], [], "rsync 'a\nb'"),
  ])
  func `it is shown as it could be typed, with every secret masked`(
    _ arguments: [String], _ secrets: [String], _ shown: String
  ) {
    var invocation = Invocation("rsync", arguments)
    invocation.secrets = Set(secrets)
    #expect(invocation.redacted == shown)
  }

  @Test func `variables and input are never shown`() {
    var invocation = Invocation("mysql", ["-e", "x"])
    invocation.environment = ["MYSQL_PWD": "s3cret"]
    invocation.input = .bytes(Array("s3cret".utf8))
    #expect(invocation.redacted == "mysql -e x")
  }

  @Test func `two are equal when nothing in them differs, the lock included`() throws {
    let plain = Invocation("a", ["b"])
    let changes: [(inout Invocation) -> Void] = try [
      { $0.program = "x" }, { $0.arguments = [] }, { $0.environment = ["A": "b"] },
      { $0.input = .bytes([]) }, { $0.outputPath = "/x" }, { $0.workingFolder = "/x" },
      { $0.timeLimit = 1 }, { $0.secrets = ["b"] },
      {
        let lock = try FileLock(path: "\(ScratchDirectory.path)/lock")
        return { $0.lock = lock }
      }(),
    ]
    #expect(plain == Invocation("a", ["b"]))
    for (index, change) in changes.enumerated() {
      var other = plain
      change(&other)
      #expect(other != plain, "change \(index)")
    }
  }

  @Test(arguments: [
    (Finished.End.exited(3), "", "", "exit 3"), (.signaled(9), "", "", "signal 9"),
    (.timedOut(.program(5400)), "", "", "ended after the limit of 1h 30m"),
    (.exited(1), "out", "", "out"), (.exited(1), "out", "err", "err"),
    (.exited(1), "", "a\nb\n\nc\nd\n", "b / c / d"), (.exited(1), "\n\n", "\n", "exit 1"),
  ])
  func `the reason of an end is its last lines, errors before output`(
    _ end: Finished.End, _ output: String, _ errors: String, _ reason: String
  ) {
    #expect(Finished(end, output, errors: errors).reason == reason)
  }

  @Test func `only exit 0 is a success`() {
    #expect(Finished(0).succeeded)
    #expect(
      ![Finished(1), Finished(24), Finished(.signaled(0)), Finished(.timedOut(.program(0)))]
        .contains { $0.succeeded })
  }
}
