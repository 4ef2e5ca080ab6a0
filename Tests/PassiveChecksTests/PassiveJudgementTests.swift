import Monitoring
import PassiveChecks
import TISBackupCore
import TISBackupTestSupport
import Testing

@Suite("what is announced", .scratch)
struct PassiveJudgementTests {
  private func result(_ bench: DeliveryBench, _ kind: AnnouncedSubject.Kind, _ section: String)
    throws -> PassiveResult?
  {
    let verdict = try bench.judgement.verdicts(on: [AnnouncedSubject(kind, section)]).first
    if case .result(let result) = verdict { return result }
    return nil
  }

  @Test("an OK holds from the end of its backup, and until the next is overdue")
  func ok() throws {
    let bench = try DeliveryBench()
    try bench.run("web1", hours: 5)
    let result = try #require(try result(bench, .backup, "web1"))
    #expect(result.name == AnnouncedName(host: "web1.example.com", service: "backup-web1"))
    #expect(result.state == .ok)
    #expect(result.time == DeliveryBench.now.adding(seconds: -5 * 3600))
    #expect(result.ttl == (30 - 5 + 2) * 3600)
    #expect(
      PassiveText.line(result.report, limit: 4095)
        .hasPrefix("TISBACKUP OK - web1: last OK 2023-11-14 17:13, 5h ago (limit 30h), 1000 B"))
  }

  @Test("an alarm holds from now on, and long enough to be read")
  func critical() throws {
    let bench = try DeliveryBench()
    try bench.run("web1", hours: 50)
    try bench.run("db1", hours: 1, .error)
    for (section, says) in [
      ("web1", "limit 30h"), ("db1", "no route"), ("mail1", "never backed up"),
    ] {
      let result = try #require(try result(bench, .backup, section))
      #expect(result.state == .critical)
      #expect(result.time == DeliveryBench.now)
      #expect(result.ttl == (30 + 2) * 3600)
      #expect(PassiveText.line(result.report, limit: 4095).contains(says))
    }
  }

  @Test("the time is never in the future")
  func clock() throws {
    let bench = try DeliveryBench()
    try bench.run("web1", hours: -2)
    let result = try #require(try result(bench, .backup, "web1"))
    #expect(result.state == .warning && result.time == DeliveryBench.now)
  }

  @Test("the whole is as the check of all sections, stale when the first of them is overdue")
  func summary() throws {
    let bench = try DeliveryBench()
    for (section, hours) in [("web1", 1), ("db1", 20), ("mail1", 3)] {
      try bench.run(section, hours: hours)
    }
    let result = try #require(try result(bench, .summary, ""))
    #expect(result.name == AnnouncedName(host: "backup1", service: "tisbackup"))
    #expect(result.state == .ok)
    #expect(result.ttl == (30 - 20 + 2) * 3600)
    #expect(result.time == DeliveryBench.now.adding(seconds: -20 * 3600))
    #expect(PassiveText.prose(result.report).contains("3 sections, oldest good backup 20h (db1)"))
  }

  @Test("exports are judged by their own age")
  func exports() throws {
    let bench = try DeliveryBench()
    try bench.run("web1", hours: 1)
    #expect(try result(bench, .export, "web1")?.state == .critical)
    try bench.run("web1", hours: 2, type: .export)
    let exported = try #require(try result(bench, .export, "web1"))
    #expect(exported.state == .ok && exported.name.service == "export-web1")
  }

  @Test("who is silenced, needs no backup or left the ini is not announced")
  func silent() throws {
    let bench = try DeliveryBench(
      "[global]\nmap_web1 = off\nmap_db1 = elsewhere;database\n[icinga]\ntype = nagios_pipe\npath = /x"
    )
    for (kind, section) in [
      (AnnouncedSubject.Kind.backup, "web1"), (.backup, "printer"), (.backup, "gone"),
      (.export, "db1"), (.summary, ""),
    ] {
      #expect(try result(bench, kind, section) == nil, "\(kind) \(section)")
    }
    #expect(
      try result(bench, .backup, "db1")?.name
        == AnnouncedName(host: "elsewhere", service: "database"))
  }

  @Test("a name that no server can have is told with the key that mends it")
  func unnamed() throws {
    let bench = try DeliveryBench(
      "[global]\nservice = backup of <{section}>\n[icinga]\ntype = nagios_pipe\npath = /x")
    guard case .unnamed(let problem) = try bench.judgement.verdicts(on: [.init(.backup, "web1")])[0]
    else { return #expect(Bool(false)) }
    #expect(
      problem.contains("monitoring.ini:2: web1 cannot be announced: the service 'backup of <web1>'")
    )
    #expect(problem.contains("map_web1 = HOST;SERVICE"))
  }
}
