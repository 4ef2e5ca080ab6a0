import Monitoring
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("the commands before and after a backup", .scratch)
struct HooksTests {
  private static let all = """
    preexec = systemctl stop shop && sync
    preexec_local = /bin/before 'a b' \\$HOME
    postexec = systemctl start shop
    postexec_local = /bin/after
    """
  private let bench: Bench

  init() throws { bench = try Bench(Bench.rsync("web1", Self.all)) }

  private let beforeHere = "/bin/before 'a b' '$HOME'"
  private let beforeThere = Self.ssh(
    "'SetEnv=TISBACKUP_SECTION=web1'", "'systemctl stop shop && sync'")
  private let afterHere = "/bin/after"

  private func afterThere(_ status: String) -> String {
    Self.ssh("'SetEnv=TISBACKUP_SECTION=web1 TISBACKUP_STATUS=\(status)'", "'systemctl start shop'")
  }

  private static func ssh(_ variables: String, _ line: String) -> String {
    "ssh -o 'BatchMode=yes' -o 'ConnectTimeout=15' -o 'ServerAliveInterval=15'"
      + " -o 'ServerAliveCountMax=4' -o 'StrictHostKeyChecking=accept-new' -p 22"
      + " -o \(variables) -T -- backup@192.0.2.10 \(line)"
  }

  /// What a hook must see in its environment.
  private func hook(_ line: String, _ status: String? = nil, _ answer: Finished = Finished(0))
    -> Transcript.Step
  {
    var variables = ["TISBACKUP_SECTION": "web1"]
    variables["TISBACKUP_STATUS"] = status
    let expected = variables
    return .init(line, answer) { invocation in
      #expect(invocation.environment == expected)
      #expect(invocation.lock != nil)
      #expect(!Task.isCancelled)
    }
  }

  private func run(_ steps: [Transcript.Step]) async throws -> (SectionResult, [Note]) {
    let transcript = Transcript(steps: steps)
    let job = RunJob(bench.configuration, bench.sections, world: transcript.world())
    let result = try await job.perform()
    transcript.expectFinished()
    return (try #require(result.first), transcript.notes)
  }

  @Test func `stand around it like brackets, and no shell of ours reads them`() async throws {
    let (result, _) = try await run([
      hook(beforeHere), hook(beforeThere), bench.copy(), hook(afterThere("OK"), "OK"),
      hook(afterHere, "OK"),
    ])
    #expect(result.kind == .ok)
  }

  @Test(arguments: [true, false])
  func `before it, exit 75 skips the run as if it had never begun`(isLocal: Bool) async throws {
    let asking =
      isLocal
      ? [hook(beforeHere, nil, Finished(75))]
      : [hook(beforeHere), hook(beforeThere, nil, Finished(75))]
    let (result, _) = try await run(
      asking + [hook(afterThere("skipped"), "skipped"), hook(afterHere, "skipped")])
    #expect(result.kind == .skipped && result.state == .ok)
    #expect(result.message == "its preexec asked to skip this run (exit 75)")
    #expect(try bench.rows() == [])
    #expect(names("\(bench.base)/web1") == [".lock"])
  }

  @Test(arguments: [Finished(1), Finished(74), Finished(255), Finished(.signaled(75))])
  func `before it, a failure means no backup, and what comes after runs all the same`(
    _ answer: Finished
  ) async throws {
    let (result, _) = try await run([
      hook(beforeHere, nil, answer), hook(afterThere("ERROR"), "ERROR"), hook(afterHere, "ERROR"),
    ])
    #expect(result.kind == .failed)
    let row = try #require(try bench.rows().first)
    #expect(row.status == .error && row.location == nil)
    #expect(
      row.log == "preexec_local failed (\(answer.end));"
        + " Run the command of 'preexec_local' by hand.")
  }

  @Test func `on the other side fail with the cure that ssh's words ask for`() async throws {
    let denied = Finished(255, errors: "backup@192.0.2.10: Permission denied (publickey).")
    let (result, _) = try await run([
      hook(beforeHere), hook(beforeThere, nil, denied), hook(afterThere("ERROR"), "ERROR", denied),
      hook(afterHere, "ERROR"),
    ])
    #expect(result.kind == .failed)
    #expect(result.message.contains("preexec failed (exit 255): backup@192.0.2.10: Permission"))
    #expect(result.message.contains("authorized_keys"))
  }

  @Test func `after it, a failure makes the backup a warning and does not lose it`() async throws {
    let (result, notes) = try await run([
      hook(beforeHere), hook(beforeThere), bench.copy(),
      hook(afterThere("OK"), "OK", Finished(3, errors: "shop is down")),
      hook(afterHere, "OK", Finished(4)),
    ])
    #expect(result.kind == .warning)
    let row = try #require(try bench.rows().first)
    #expect(row.status == .warning)
    #expect(row.location == "\(bench.base)/web1/\(Bench.date)")
    let complaints = [
      "postexec failed (exit 3): shop is down",
      "postexec_local failed (exit 4)",
    ]
    #expect(row.log.hasSuffix("\n" + complaints.joined(separator: "\n")))
    #expect(notes.filter { $0.level == .warning }.map(\.text).starts(with: complaints))
    #expect(RunReceipt.read(forBackup: row.location ?? "")?.status == "Warning")
  }

  @Test func `after it, hear that it failed, and a failure of theirs hides nothing`() async throws {
    let (result, notes) = try await run([
      hook(beforeHere), hook(beforeThere), .init(bench.copyLine(), Finished(10)),
      hook(afterThere("ERROR"), "ERROR", Finished(1)), hook(afterHere, "ERROR"),
    ])
    #expect(result.kind == .failed)
    #expect(result.message.contains("rsync exit 10"))
    #expect(notes.contains { $0.text == "postexec failed (exit 1)" })
    #expect(try bench.rows().map(\.status) == [.error])
  }

  @Test func `after it, hear of a partial backup`() async throws {
    let partial = Transcript.Step(bench.copyLine(), Finished(23, Finished.statistics))
    let (result, _) = try await run([
      hook(beforeHere), hook(beforeThere), partial, hook(afterThere("Warning"), "Warning"),
      hook(afterHere, "Warning"),
    ])
    #expect(result.kind == .warning)
  }

  @Test func `after it, run also when the run is interrupted`() async throws {
    let stopped = Transcript.Step(bench.copyLine(), Finished(.signaled(15))) { _ in
      withUnsafeCurrentTask { $0?.cancel() }
    }
    let steps = [
      hook(beforeHere), hook(beforeThere), stopped, hook(afterThere("ERROR"), "ERROR"),
      hook(afterHere, "ERROR"),
    ]
    let (result, _) = try await Task { try await run(steps) }.value
    #expect(result.kind == .failed)
  }

  @Test func `may say whatever they like: only the last lines are told, on one line`()
    async throws
  {
    let flood = String(repeating: "all work and no play\n", count: 50_000)
    let hostile = flood + "\u{1b}[2J\u{0}\r\nCRITICAL | x=1\n\u{202e}'; rm -rf /\n"
    let (result, _) = try await run([
      hook(beforeHere, nil, Finished(1, errors: hostile)), hook(afterThere("ERROR"), "ERROR"),
      hook(afterHere, "ERROR"),
    ])
    #expect(result.message.split(whereSeparator: \.isNewline).count == 1)
    #expect(result.message.count < 300)
    #expect(result.message.contains("CRITICAL | x=1 / \u{202e}'; rm -rf /"))
  }

  @Test func `have the time of the run before it, and as long again after it`() async throws {
    let bench = try Bench(
      Bench.rsync("web1", "timeout = 2h\npreexec_local = /bin/before\npostexec_local = /bin/after"))
    let transcript = Transcript(steps: [
      .init("/bin/before", Finished(.timedOut(.run(7200)))) {
        #expect($0.deadline?.limit == 7200 && $0.timeLimit == nil)
      },
      .init("/bin/after") { #expect($0.deadline == nil && $0.timeLimit == 7200) },
    ])
    let job = RunJob(bench.configuration, bench.sections, world: transcript.world())
    let result = try await job.perform()[0]
    transcript.expectFinished()
    #expect(
      result.message.contains(
        "preexec_local failed (ended when the run had taken its timeout of 2h)"))
  }
}
