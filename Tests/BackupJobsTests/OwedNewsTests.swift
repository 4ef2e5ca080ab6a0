import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

/// What monitoring servers are owed when a job is through.
@Suite("news of a job", .scratch)
struct OwedNewsTests {
  private func run(
    _ bench: Bench, _ steps: [Transcript.Step], audience: Audience = Audience(["icinga"])
  ) async throws -> [String] {
    var configuration = bench.configuration
    configuration.audience = audience
    let transcript = Transcript(steps: steps)
    let job = RunJob(configuration, bench.sections, world: transcript.world())
    _ = try await job.perform()
    transcript.expectFinished()
    return try bench.catalog().owed(to: "icinga").map(\.subject.description).sorted()
  }

  @Test("a good run and a failed one are owed, each with the whole")
  func runs() async throws {
    let bench = try Bench(Bench.rsync("web1") + Bench.rsync("db1"))
    let failing = Transcript.Step(bench.copyLine("db1"), Finished(5, errors: "@ERROR: no"))
    #expect(try await run(bench, [bench.copy(), failing]) == ["db1", "summary", "web1"])
  }

  @Test("a section whose ini is wrong leaves no row, and is owed all the same")
  func broken() async throws {
    let bench = try Bench("[web1]\ntype = rsinc\nserver_name = x\n")
    #expect(try await run(bench, []) == ["summary", "web1"])
    #expect(try bench.rows().isEmpty)
  }

  @Test("what is skipped by design, or by its preexec, is not owed")
  func skipped() async throws {
    let bench = try Bench(
      "[printer]\ntype = null\nserver_name = p\n"
        + Bench.rsync("web1", "preexec_local = /bin/later"))
    let later = Transcript.Step("/bin/later", Finished(75))
    #expect(try await run(bench, [later]) == [])
    #expect(try await bench.sqlite("SELECT count(*) FROM outbox") == ["0"])
  }

  @Test("a dead run that the next one settles is news of both")
  func dead() async throws {
    let bench = try Bench()
    let begun = try bench.catalog(.write).begin(
      .backup, section: "web1", server: "", description: "",
      at: Bench.now.adding(seconds: -3600), by: ProcessIdentity(pid: 1, bootID: "x", startTicks: 1))
    #expect(begun.section == "web1")
    var configuration = bench.configuration
    configuration.audience = Audience(["icinga"])
    let transcript = Transcript(steps: [bench.copy()])
    let job = RunJob(
      configuration, bench.sections, world: transcript.world(isAlive: { $0 == .scripted }))
    _ = try await job.perform()
    let owed = try bench.catalog().owed(to: "icinga")
    #expect(owed.map(\.subject.description).sorted() == ["summary", "web1"])
    #expect(owed.first { $0.subject.section == "web1" }?.revision == 2)
  }

  @Test("what cleanup removes changes what is said of a section")
  func cleanup() async throws {
    let bench = try Bench()
    try bench.backup(hours: 1)
    try bench.backup(hours: 24 * 20)
    var configuration = bench.configuration
    configuration.audience = Audience(["icinga"])
    let job = CleanupJob(configuration, bench.sections, world: Transcript(steps: []).world())
    _ = try job.perform(try job.plan())
    #expect(
      try bench.catalog().owed(to: "icinga").map(\.subject.description).sorted()
        == ["summary", "web1"])
  }

  @Test("only what the monitoring ini has services for is owed")
  func kinds() async throws {
    let bench = try Bench()
    #expect(
      try await run(bench, [bench.copy()], audience: Audience(["icinga"], kinds: [.backup]))
        == ["web1"])
    #expect(try await bench.sqlite("SELECT count(*) FROM outbox") == ["1"])
  }
}
