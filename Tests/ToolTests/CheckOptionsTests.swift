import Foundation
import TISBackupTestSupport
import Testing

/// Every option of the plugin, and every way to get it wrong.
@Suite("check_tisbackup, its options", .scratch)
struct CheckOptionsTests {
  /// What is typed, and what must come.
  struct Case: CustomTestStringConvertible {
    var words: [String]
    var status: Int32
    var says: String
    var testDescription: String { words.joined(separator: " ") }

    init(_ words: String, _ status: Int32, _ says: String) {
      self.words = words.split(separator: " ").map(String.init)
      (self.status, self.says) = (status, says)
    }
  }

  /// Eleven good runs a day apart, the newest 2 hours ago and small, then two that failed.
  private func server() async throws -> OldServer {
    let server = try await OldServer.make(OldServer.section("web1"))
    for day in 0...10 {
      try await server.add(
        .init(ago: Double(day) * 24 + 2, bytes: day == 0 ? 120 << 20 : (400 + day) << 20))
    }
    for ago in [1.0, 0.5] {
      try await server.add(.init(ago: ago, status: "ERROR", hasLocation: false))
    }
    return server
  }

  @Test(
    "every threshold judges what its name says",
    arguments: [
      // A machine under load may come to it minutes later than the row was written.
      Case("", 0, "OK - web1: last OK 1h 5"),
      Case("", 0, "m ago (limit 30h), 120 MiB, took 6m; 2 runs without"),
      Case("--warning-failures 1", 1, "2 runs without success since (warn 1)"),
      Case("--warning-failures 2", 0, "OK - "), Case("--critical-failures 1", 2, "(limit 1)"),
      Case("--critical-failures=1:", 0, "OK - "),
      Case("--warning-duration 5m", 1, "the last good backup took 6m (warn 5m)"),
      Case("--critical-duration 359", 2, "took 6m (limit 5m 59s)"),
      Case("--warning-size 200MiB:", 1, "size 120 MiB (warn at least 200 MiB)"),
      Case("--critical-size 1G:", 2, "size 120 MiB (limit at least 1 GiB)"),
      Case(
        "--warning-size-change -30:", 1,
        "size 120 MiB is -70% vs median 404 MiB of 7 runs (warn -30%)"),
      Case("--warning-size-change=-30:", 1, "is -70%"),
      Case("--critical-size-change 50", 2, "(limit -50%)"),
      Case("--critical-size-change 50%", 2, "(limit -50%)"),
      Case("--warning-size-change 50 --min-size-change 1GiB", 0, "OK - "),
      Case("--warning-size-change 50 --history 3", 1, "of 3 runs"),
      Case("--warning-size-change ~:50", 0, "OK - "),
      Case("--warning-count 12:", 1, "11 good backups within retention (warn at least 12)"),
      Case("--critical-count 10", 2, "11 good backups within retention (limit 10)"),
      Case("--warning-oldest 5d", 1, "the oldest good backup is 10d 1h old (warn 5d)"),
      Case("--critical-oldest 30d:", 2, "(limit at least 30d)"),
      Case("--warning-free 0%:", 0, "OK - "),
      Case("--critical-free 100.0%:", 2, "free (limit at least 100%)"),
      Case("--warning-free 900PiB:", 1, "(warn at least 900 PiB)"),
      Case("--critical-free-inodes 100:", 2, "of the inodes free (limit at least 100%)"),
      Case("--warning-verified 7d", 1, "never proven to be restorable"),
      Case("--critical-verified 7d", 2, "never proven to be restorable"),
      Case("--warning-runtime 1s", 0, "OK - "),
    ])
  func thresholds(_ row: Case) async throws {
    let result = try await server().check(row.words)
    #expect(result.status == row.status, "\(result.stdout)")
    #expect(result.stdout.contains(row.says), "\(result.stdout)")
    #expect(result.stderr == "")
  }

  @Test(
    "what is typed wrong is UNKNOWN on one line that says what is right",
    arguments: [
      Case("-w", 3, "Missing value"), Case("-w x", 3, "is not a range"),
      Case("-w 20:10", 3, "starts after it ends"),
      Case("-w 10:20:30", 3, "is not a range"), Case("-c @", 3, "is not a range"),
      Case("-c :", 3, "is not a range"),
      Case("-w 1x", 3, "is not a range"), Case("-w 1e3", 3, "is not a range"),
      Case("-w nan", 3, "is not a range"),
      Case("--warning-size 5XB", 3, "is not a range"),
      Case("--warning-free 10", 3, "such as 10%: or 50GiB:"),
      Case("--warning-free 10%:5GiB", 3, "such as 10%: or 50GiB:"),
      Case("--critical-free-inodes x%", 3, "is not a range"),
      Case("--warning-failures 1.5.2", 3, "is not a range"),
      Case("--min-size-change x", 3, "is not a size"),
      Case("--stale-running soon", 3, "is not a time span"),
      Case("--history 2", 3, "from 3 to 1000"), Case("--history x", 3, "invalid"),
      Case("--missing-state bad", 3, "invalid"), Case("--orphans 1", 3, "invalid"),
      Case("--perfdata some", 3, "invalid"), Case("-o xml", 3, "invalid"),
      Case("-T X", 3, "invalid"),
      Case("--max-output 79", 3, "from 80 on"), Case("--max-output -1", 3, "TISBACKUP UNKNOWN"),
      Case("-t -1", 3, "TISBACKUP UNKNOWN"), Case("-t 99999999", 3, "0 to 86400"),
      Case("-w 30 -c 20", 3, "--warning lies beyond --critical"),
      Case("--warning-count 5: --critical-count 10:", 3, "--warning-count lies beyond"),
      Case("--warning-free 5%: --critical-free 10%:", 3, "--warning-free lies beyond"),
      Case("--brief --lengthy", 3, "contradict"),
      Case("-s nobody", 3, "section 'nobody' is not in"),
      Case("-s web1 -x web1", 3, "no section"), Case("-H nobody", 3, "server_name 'nobody'"),
      Case("--no-such-option", 3, "no-such-option"), Case("stray", 3, "stray"),
      Case("--generate xml", 3, "invalid"), Case("--existing-hosts", 3, "belong to --generate"),
      Case("--backup-server x", 3, "belong to --generate"),
      Case("--outbox --generate nagios", 3, "contradict"),
      Case("--outbox -s web1", 3, "--outbox judges no sections"),
      Case("--outbox -x web1", 3, "--outbox judges no sections"),
      Case("--outbox -H web1", 3, "--outbox judges no sections"),
      Case("--outbox -T export", 3, "--outbox judges no sections"),
      Case("--outbox --no-location-check", 3, "--outbox judges no sections"),
      Case("--outbox", 3, "no monitoring server is known"),
      Case("-f /no/such.ini", 3, "/no/such.ini"),
      Case("--database /no/such.sqlite", 3, "/no/such.sqlite"), Case("-b /no/such", 3, "/no/such"),
    ])
  func typedWrong(_ row: Case) async throws {
    let result = try await server().check(row.words)
    #expect(result.status == 3, "\(result.stdout)")
    #expect(result.stdout.hasPrefix("TISBACKUP UNKNOWN - "), "\(result.stdout)")
    #expect(result.stdout.contains(row.says), "\(result.stdout)")
    #expect(result.stdout.split(separator: "\n").count == 1)
    #expect(result.stderr == "")
  }

  @Test("limits of the ini are those of each section, and the command line stands over them")
  func iniLimits() async throws {
    let server = try await OldServer.make(
      OldServer.section("web1", "maximum_failures = 0\nminimum_size = 1KiB")
        + OldServer.section("web2", "warning_duration = 5m\nmaximum_size_change = x"))
    try await server.add(.init(ago: 2))
    try await server.add(.init(ago: 1, status: "ERROR", hasLocation: false))
    try await server.add(.init(section: "web2", ago: 2))
    let result = try await server.check()
    #expect(result.status == 2)
    #expect(
      result.stdout.contains(
        "[CRITICAL] web1 - size 1000 B (limit at least 1 KiB); 1 failed run since (limit 0)"),
      "\(result.stdout)")
    #expect(result.stdout.contains("[UNKNOWN] web2 - "))
    #expect(result.stdout.contains("key 'maximum_size_change': 'x' is not a percentage"))
    let over = try await server.check(
      "-s", "web1", "--critical-failures", "5", "--critical-size", "1:")
    #expect(over.status == 0, "\(over.stdout)")
  }

  @Test("the free space of [global] is judged with all sections, not with each")
  func freeSpace() async throws {
    let server = try await OldServer.make("minimum_free = 900PiB\n" + OldServer.section("web1"))
    try await server.add(.init(ago: 2))
    let all = try await server.check()
    #expect(all.status == 2)
    #expect(all.stdout.contains("[CRITICAL] \(server.base) - "), "\(all.stdout)")
    #expect(try await server.check("-s", "web1").status == 0)
  }

  @Test("orphans, missing sections and broken ones have the state that is asked for")
  func chosenStates() async throws {
    let server = try await OldServer.make(
      OldServer.section("web1") + OldServer.section("new") + "[bad]\ntype=x\nserver_name=b\n")
    try await server.add(.init(ago: 2))
    try await server.add(.init(section: "gone", ago: 2))
    let states = [
      (["--missing-state", "ok", "--unknown-as", "ok"], 0, "\\_ [OK] gone - not in the ini"),
      (["--missing-state", "ok"], 3, "\\_ [UNKNOWN] bad - "),
      (
        ["--missing-state", "WARNING", "--unknown-as", "ok"], 1,
        "\\_ [WARNING] new - never backed up"
      ),
      (["--orphans", "critical"], 2, "\\_ [CRITICAL] gone - not in the ini"),
      (["--orphans", "critical", "-x", "gone,new,bad"], 3, "section 'gone' is not in"),
      (["--orphans", "critical", "-x", "g*,new,bad"], 0, "'orphans'=0"),
      (["--unknown-as", "critical", "--missing-state", "ok"], 2, "\\_ [CRITICAL] bad - "),
      (["--exit-ok"], 0, "TISBACKUP CRITICAL - 1 of 3 sections: new never backed up"),
    ]
    for (words, status, says) in states {
      let result = try await server.check(words)
      #expect(Int(result.status) == status, "\(words): \(result.stdout)")
      #expect(result.stdout.contains(says), "\(words): \(result.stdout)")
    }
  }

  @Test("less or more is told, and state and figures stay")
  func detail() async throws {
    let server = try await OldServer.make(OldServer.section("web1") + OldServer.section("old"))
    try await server.add(.init(ago: 2))
    try await server.add(.init(section: "old", ago: 200))
    func lines(_ words: String...) async throws -> [Substring] {
      let result = try await server.check(words)
      #expect(result.status == 2)
      return result.stdout.split(separator: "\n")
    }
    #expect(try await lines("--brief").count == 2)
    #expect(try await lines().count == 3)
    #expect(try await lines("--lengthy")[2].contains("; rsync+ssh of web1.example.com, began "))
    #expect(try await lines("-vv")[2].contains("3 files"))
    #expect(try await lines("-vvv")[0].contains("(read \(server.ini) and \(server.catalog))"))
    #expect(!(try await lines("--perfdata", "none")[0].contains("|")))
    let summary = try await lines("--perfdata", "summary")[0]
    #expect(summary.contains("'sections'=2") && !summary.contains("old_age"))
    let lone = try await server.check("-s", "web1", "-v")
    #expect(lone.stdout.split(separator: "\n").count == 2)
  }

  @Test("for people there is a table, without colours where no terminal is")
  func human() async throws {
    let result = try await server().check("-o", "human")
    #expect(result.status == 0)
    let lines = result.stdout.split(separator: "\n")
    #expect(lines[1].hasPrefix("STATE  SECTION"))
    #expect(lines[2].hasPrefix("OK     web1"))
    #expect(!result.stdout.contains("\u{1b}") && !result.stdout.contains("|"))
  }

  @Test("exports are judged with -T")
  func exports() async throws {
    let server = try await OldServer.make(OldServer.section("web1", "maximum_export_age = 8d"))
    try await server.add(.init(ago: 2))
    #expect(try await server.check("-T", "EXPORT").stdout.contains("never exported"))
    try await server.add(.init(ago: 100, location: "/mnt/usb/web1", type: "EXPORT"), onDisk: false)
    let result = try await server.check("-T", "export")
    #expect(result.status == 0, "\(result.stdout)")
    #expect(result.stdout.contains("web1: last OK 4d 3h ago (limit 8d)"))
    #expect(try await server.check("-T", "export", "-c", "3d").status == 2)
  }
}

extension OldServer {
  /// The check with words that are in a list.
  func check(_ words: [String]) async throws -> ToolResult {
    try await TISBackupTestSupport.tool("check_tisbackup", ["-f", ini, "-t", "60"] + words)
  }
}
