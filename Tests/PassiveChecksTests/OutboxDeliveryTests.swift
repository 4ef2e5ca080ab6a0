import Monitoring
import OutsideWorld
import PassiveChecks
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

@Suite("delivering the outbox", .scratch)
struct OutboxDeliveryTests {
  @Test("every target gets the states of this moment, once")
  func once() async throws {
    let bench = try DeliveryBench()
    try bench.run("web1", hours: 2, .error)
    try bench.run("web1", hours: 1)
    let first = try await bench.deliver()
    #expect(first.map(\.target) == ["icinga", "nagios"])
    #expect(first.allSatisfy { $0.delivered == 2 && $0.kept == 0 && $0.problems == [] })
    for target in ["icinga", "nagios"] {
      #expect(
        bench.log(target) == [["backup1;tisbackup;CRITICAL", "web1.example.com;backup-web1;OK"]])
    }
    #expect(try await bench.deliver() == [])
    #expect(bench.log().count == 1)
  }

  @Test("a server that was down hears the truth of today, not of the night: overdue is CRITICAL")
  func outage() async throws {
    let bench = try DeliveryBench()
    try bench.run("web1", hours: 1)
    bench.answers.withLock { answers in
      answers["icinga"] = { $0.map { _ in .kept("[icinga]: nobody answers") } }
    }
    let down = try await bench.deliver()
    #expect(down.map(\.isUnreachable) == [true, false])
    #expect(down[0].kept == 2 && down[0].problems == ["[icinga]: nobody answers"])
    #expect(try bench.owed() == ["summary", "web1"] && bench.owed("nagios") == [])
    // A day and a half without another backup, and without a monitoring server.
    bench.clock.withLock { $0 = $0.adding(seconds: 36 * 3600) }
    bench.answers.withLock { $0 = [:] }
    try await bench.deliver()
    #expect(
      bench.log()[1] == ["backup1;tisbackup;CRITICAL", "web1.example.com;backup-web1;CRITICAL"])
  }

  @Test("a new target is told everything, as soon as it takes something")
  func newcomer() async throws {
    let bench = try DeliveryBench()
    try bench.run("web1", hours: 3)
    try await bench.deliver()
    // It was not in the ini until now.
    let catalog = try bench.catalog()
    try catalog.setTargets(["nagios"])
    try bench.run("db1", hours: 1)
    let told = try await bench.deliver()
    #expect(told.map(\.target) == ["icinga", "nagios"])
    #expect(told.map(\.delivered) == [7, 2])
  }

  @Test("an outage is news when it begins, and when its reason changes")
  func news() async throws {
    let bench = try DeliveryBench()
    try bench.run("web1", hours: 3)
    for (reason, isNews) in [("down", true), ("down", false), ("slow", true), ("slow", false)] {
      bench.answers.withLock { $0["icinga"] = { $0.map { _ in .kept(reason) } } }
      let icinga = try #require(try await bench.deliver().first { $0.target == "icinga" })
      #expect(icinga.isNews == isNews && icinga.problems == [reason])
    }
    bench.answers.withLock { $0["icinga"] = { $0.map { _ in .dropped("slow") } } }
    #expect(try await bench.deliver().map(\.isNews) == [true])
  }

  @Test("after an outage everything is told again, once: the server may have lost what it knew")
  func recovery() async throws {
    let bench = try DeliveryBench()
    try bench.run("web1", hours: 3)
    try await bench.deliver()
    bench.answers.withLock { $0["icinga"] = { $0.map { _ in .kept("down") } } }
    try bench.run("db1", hours: 1)
    try await bench.deliver()
    bench.answers.withLock { $0 = [:] }
    let morning = try await bench.deliver()
    // web1 was announced before the outage, mail1 never was; exports and the whole as well.
    #expect(morning.map(\.target) == ["icinga"] && morning[0].delivered == 7)
    let told = bench.log().suffix(2).flatMap { $0 }
    #expect(Set(told).count == 7 && told.contains("web1.example.com;backup-web1;OK"))
    #expect(told.filter { $0.contains("backup-db1") }.count == 1)
    #expect(bench.log("nagios").count == 2)
    #expect(try await bench.deliver() == [])
  }

  @Test("one service that is refused keeps no other from arriving, and comes last the next time")
  func poison() async throws {
    let bench = try DeliveryBench()
    for section in ["db1", "mail1", "web1"] { try bench.run(section, hours: 1) }
    bench.answers.withLock { answers in
      answers["icinga"] = { results in
        results.map { $0.name.service == "backup-db1" ? .kept("unknown \($0.name)") : .delivered }
      }
    }
    let first = try await bench.deliver()
    #expect(first[0].delivered == 3 && first[0].kept == 1 && !first[0].isUnreachable)
    #expect(try bench.owed() == ["db1"])
    try bench.run("web1", hours: 0)
    try await bench.deliver()
    #expect(bench.log().last?.last == "db1.example.com;backup-db1;OK")
  }

  @Test("news that comes while an older state is on its way is delivered in the same go")
  func meanwhile() async throws {
    let bench = try DeliveryBench()
    try bench.run("web1", hours: 9, .error)
    bench.answers.withLock { answers in
      answers["icinga"] = { results in
        if results.contains(where: { $0.state == .critical && $0.name.service == "backup-web1" }) {
          _ = try? bench.run("web1", hours: 1)
        }
        return results.map { _ in .delivered }
      }
    }
    try await bench.deliver()
    #expect(
      bench.log().map { $0.last } == [
        "web1.example.com;backup-web1;CRITICAL", "web1.example.com;backup-web1;OK",
      ])
    #expect(try bench.owed() == [])
  }

  @Test("thousands of services go in batches, and a server that cannot be reached is tried once")
  func batches() async throws {
    let names = (1...2500).map { "section\($0)" }
    let bench = try DeliveryBench(
      sections: names.map {
        "[\($0)]\ntype = rsync\nserver_name = \($0)\nremote_dir = /\nrsync_module = m\npassword_file = /x\n"
      }
      .joined())
    let catalog = try bench.catalog()
    try catalog.setTargets(["icinga", "nagios"])
    let subjects = bench.settings.subjects(of: bench.configuration.sections)
      .filter { $0.kind == .backup }
    for target in ["icinga", "nagios"] {
      try catalog.oweAll(subjects, to: target, at: DeliveryBench.now)
    }
    bench.answers.withLock { $0["nagios"] = { $0.map { _ in .kept("down") } } }
    let result = try await bench.deliver()
    #expect(bench.log().map(\.count) == [1000, 1000, 500] && result[0].delivered == 2500)
    #expect(bench.log("nagios").map(\.count) == [1000])
    #expect(result[1].kept == 2500 && result[1].isUnreachable)
    #expect(try bench.owed("nagios").count == 2500)
  }

  @Test("what nobody is to hear of is not owed for ever; a name that cannot be, is told and kept")
  func silentAndUnnamed() async throws {
    let bench = try DeliveryBench(
      "[global]\nmap_web1 = off\nmap_db1 = a*b;c\n[icinga]\ntype = nagios_pipe\npath = /x")
    for section in ["web1", "db1", "mail1"] { try bench.run(section, hours: 1) }
    let result = try await bench.deliver()
    #expect(bench.log() == [["mail1.example.com;backup-mail1;OK"]])
    #expect(try bench.owed() == ["db1"])
    #expect(
      result[0].problems == [
        "monitoring.ini:3: db1 cannot be announced: the host 'a*b' has a '*' in its name;"
          + " Name it with 'map_db1 = HOST;SERVICE'."
      ])
  }

  @Test("a target whose ini is wrong keeps what it is owed, and no other target notices")
  func brokenTarget() async throws {
    let bench = try DeliveryBench(
      "[icinga]\ntype = icinga2\nurl = http://x\n[nagios]\ntype = nagios_pipe\npath = /x")
    try bench.run("web1", hours: 1)
    let result = try await bench.deliver()
    #expect(result.map(\.target) == ["icinga", "nagios"])
    #expect(result[0].isUnreachable && result[0].problems[0].contains("monitoring.ini:3"))
    // Without 'summary' in the ini nobody is to hear of it.
    #expect(try bench.owed() == ["web1"] && bench.owed("nagios") == [])
    #expect(bench.log("nagios") == [["web1.example.com;backup-web1;OK"]])
  }

  @Test("while another tool announces to a target, it waits, and leaves the rest when time is over")
  func locked() async throws {
    let bench = try DeliveryBench()
    try bench.run("web1", hours: 1)
    let lock = try FileLock(path: bench.configuration.layout.outboxLock(of: "icinga"))
    let result = try await bench.deliver { $0.limit = 1 }
    withExtendedLifetime(lock) {}
    #expect(result[0].problems == ["[icinga]: another tool is announcing to it"])
    #expect(bench.log() == [] && bench.log("nagios").count == 1)
    #expect(try bench.owed() == ["summary", "web1"])
  }

  @Test("a target that left the ini is told once with what it was owed")
  func gone() async throws {
    let bench = try DeliveryBench()
    let catalog = try bench.catalog()
    try catalog.setTargets(["icinga", "nagios", "old"])
    try catalog.oweAll([.summary], to: "old", at: DeliveryBench.now)
    try await bench.deliver()
    let notes = bench.notes.withLock { $0 }
    #expect(notes.map(\.level) == [.warning])
    #expect(notes[0].text.contains("[old] is gone from monitoring.ini"))
  }

  @Test("targets that are left alone keep what they are owed")
  func omitted() async throws {
    let bench = try DeliveryBench()
    try bench.run("web1", hours: 1)
    let result = try await bench.deliver { $0.omitted = ["icinga"] }
    #expect(result.map(\.target) == ["nagios"])
    #expect(try bench.owed() == ["summary", "web1"])
  }
}
