import Foundation
import TISBackupTestSupport
import Testing

/// Runs that report themselves, to real servers.
@Suite("tisbackup-run reports itself", .scratch)
struct AnnounceTests {
  /// A site whose section `web1` is announced to this target as `web1!backup-web1`.
  static func site(_ target: String, more: String = "") async throws -> Site {
    let site = try await Site.start()
    try monitoring(site, target, more: more)
    return site
  }

  static func monitoring(_ site: Site, _ target: String, more: String = "") throws {
    try write(
      """
      [global]
      host = {section}
      timeout = 5
      \(more)
      [server]
      \(target)

      """, to: "\(site.folder)/tisbackup-monitoring.ini")
  }

  /// The service that a backup of `web1` is announced to.
  static func icinga(_ names: [String] = ["web1!backup-web1"]) throws -> Icinga2Server {
    try Icinga2Server(
      in: ScratchDirectory.path, plugin: "/bin/true",
      files: ["objects.conf": Icinga2Server.passiveObjects(names)])
  }

  static func lines(_ icinga: Icinga2Server) -> String {
    """
    type = icinga2
    url = \(icinga.url)
    ca_file = \(icinga.caFile)
    user = tester
    password = secret
    """
  }

  @Test("a good backup makes its service OK, a failed one CRITICAL, with every figure")
  func icinga2() async throws {
    let icinga = try Self.icinga()
    let site = try await Self.site(Self.lines(icinga))
    try await icinga.running {
      #expect(try await site.run().status == 0)
      let good = try await icinga.waitFor("web1!backup-web1")
      #expect(good.result?.state == 0)
      #expect(good.result?.output.hasPrefix("TISBACKUP OK - web1: last OK 20") == true)
      let labels = Set(good.figures?.map(\.label) ?? [])
      #expect(labels.isSuperset(of: ["web1_age", "web1_size", "web1_duration", "web1_copies"]))
      #expect(good.figures?.first { $0.label == "web1_age" }?.crit == 108_000)

      try await sqlite(site.catalog, "DELETE FROM stats")
      try site.configure(site.section("web1", remoteDir: "/nowhere"))
      #expect(try await site.run().status == 2)
      let failed = try await icinga.waitFor("web1!backup-web1") { $0.state == 2 }
      #expect(failed.result?.output.contains("no good backup on record") == true)
    }
    #expect(try await site.rows("SELECT count(*) FROM outbox") == ["0"])
  }

  @Test("a certificate logs a run in as well as a password")
  func clientCertificate() async throws {
    let icinga = try Icinga2Server(
      in: ScratchDirectory.path, plugin: "/bin/true",
      files: [
        "objects.conf": Icinga2Server.passiveObjects(["web1!backup-web1"]),
        "user.conf": """
        object ApiUser "backup1" {
          client_cn = "backup1"
          permissions = [ "actions/process-check-result" ]
        }

        """,
      ])
    try await icinga.running {
      let client = try await icinga.clientCertificate("backup1")
      let site = try await Self.site(
        """
        type = icinga2
        url = https://127.0.0.1:\(icinga.port)
        tls_name = localhost
        ca_file = \(icinga.caFile)
        client_cert = \(client.certificate)
        client_key = \(client.key)
        """)
      let run = try await site.run()
      #expect(run.status == 0 && run.stderr == "", "\(run.stderr)")
      #expect(try await icinga.waitFor("web1!backup-web1").result?.state == 0)
      try await sqlite(site.catalog, "DELETE FROM stats")
      try site.configure(site.section("web1", remoteDir: "/nowhere"))
      _ = try await site.run()
      let bad = try await icinga.waitFor("web1!backup-web1") { $0.state == 2 }
      #expect(bad.figures?.contains { $0.label == "web1_failures" } == true)
    }
  }

  @Test("down for the night, up in the morning: one submit tells the truth of the morning, once")
  func outage() async throws {
    let icinga = try Self.icinga(["web1!backup-web1", "web2!backup-web2"])
    let site = try await Self.site(Self.lines(icinga))
    try site.configure(site.section("web1") + site.section("web2", remoteDir: "/nowhere"))
    let night = try await site.run("-q")
    #expect(night.status == 2)
    #expect(night.stderr.contains("error: [server]: nobody answers"), "\(night.stderr)")
    #expect(night.stdout.contains("web1     OK"))
    let again = try await site.run("-q", "-s", "web1")
    #expect(again.status == 0 && again.stderr == "", "\(again.stderr)")
    #expect(try await site.rows("SELECT count(*) FROM outbox WHERE owed_since NOT NULL") == ["2"])
    let watch = try await site.check("--outbox", "-w", "0s", "-c", "1h")
    #expect(watch.stdout.contains("[server]: nobody answers"), "\(watch.stdout)")
    // Cron's mail of every ten minutes would tell nothing new.
    let cron = try await site.tool("tisbackup-submit", "-q")
    #expect(cron.status == 1 && cron.stdout == "" && cron.stderr == "", "\(cron.stdout)")
    #expect(try await site.tool("tisbackup-submit").stdout.contains("[server]: nobody answers"))
    // Meanwhile the last good backup of web1 got too old.
    try await sqlite(
      site.catalog,
      "UPDATE stats SET backup_start='2026-01-01T00:00:00', backup_end='2026-01-01T00:10:00'"
        + " WHERE backup_name='web1'")
    try await icinga.running {
      let morning = try await site.tool("tisbackup-submit")
      #expect(morning.status == 0, "\(morning.stdout)\(morning.stderr)")
      #expect(morning.stdout.contains("server        2     0        0"), "\(morning.stdout)")
      let late = try await icinga.waitFor("web1!backup-web1")
      #expect(late.result?.state == 2)
      #expect(late.result?.output.contains("last OK 2026-01-01 00:10") == true)
      #expect(try await icinga.waitFor("web2!backup-web2").result?.state == 2)
      let more = try await site.tool("tisbackup-submit")
      #expect(more.status == 0 && more.stdout == "nothing is owed\n")
    }
    #expect(try await site.check("--outbox", "-w", "0s").status == 0)
  }

  @Test("the plug is pulled in the middle of a night: in the morning one submit shows the truth")
  func pulledPlug() async throws {
    let sections = (1...5).map { "web\($0)" }
    let icinga = try Self.icinga(sections.map { "\($0)!backup-\($0)" } + ["all!tisbackup"])
    let site = try await Self.site(Self.lines(icinga), more: "summary = all;tisbackup")
    func configure(failing: Set<String>) throws {
      try site.configure(
        sections.map { site.section($0, remoteDir: failing.contains($0) ? "/nowhere" : "/") }
          .joined())
    }
    let evening = try await icinga.start()
    try configure(failing: [])
    #expect(try await site.run("-s", "web1,web2").status == 0)
    #expect(try await icinga.waitFor("web2!backup-web2").result?.state == 0)
    evening.signal(SIGKILL)
    await evening.end()
    // The night goes on: one that had no backup yet fails, one more has its first.
    try configure(failing: ["web4"])
    #expect(try await site.run("-s", "web3,web4").status == 2)
    #expect(try await site.run("-s", "web2").status == 0)
    let morning = try await icinga.start()
    let submit = try await site.tool("tisbackup-submit")
    #expect(submit.status == 0, "\(submit.stdout)\(submit.stderr)")
    for (section, state) in [("web1", 0.0), ("web2", 0), ("web3", 0), ("web4", 2)] {
      let shown = try await icinga.waitFor("\(section)!backup-\(section)") { $0.state == state }
      let truth = try await site.check("-s", section)
      #expect(shown.result?.state == Double(truth.status), "\(section)")
    }
    let whole = try await icinga.waitFor("all!tisbackup") { $0.output.contains("web4") }
    #expect(whole.result?.state == 2)
    #expect(whole.result?.output.contains("/_ [CRITICAL] web5 - never backed up") == true)
    #expect(try await site.tool("tisbackup-submit").stdout == "nothing is owed\n")
    await morning.end()
  }

  @Test("a reload in the middle loses nothing")
  func reload() async throws {
    let names = (1...60).map { "host\($0)!backup-host\($0)" }
    let icinga = try Self.icinga(names)
    let site = try await Self.site(Self.lines(icinga))
    try site.configure((1...60).map { site.section("host\($0)") }.joined())
    #expect(try await site.run("-s", "host1").status == 0)
    let server = try await icinga.start()
    let umbrella = try #require(server.pid)
    let before = Set(descendants(of: umbrella).map(\.pid))
    server.signal(SIGHUP)
    // As cron does, again and again: what the old Icinga took in its last moment goes with it.
    try await waitUntil("the new Icinga has all of it") {
      let all = try await site.tool("tisbackup-submit", "--all", "-q")
      let isNew = before.isDisjoint(with: descendants(of: umbrella).map(\.pid))
      let shown = (try? await icinga.services()) ?? [:]
      return all.status == 0 && isNew
        && names.allSatisfy { name in
          let word = name.hasPrefix("host1!") ? "OK" : "CRITICAL"
          return shown[name]?.result?.output.hasPrefix("TISBACKUP \(word) ") == true
        }
    }
    await server.end()
  }

  @Test("a server that hangs delays no backup, and changes no exit status")
  func hangs() async throws {
    let silent = try SilentServer()
    let site = try await Self.site(
      """
      type = icinga2
      url = https://127.0.0.1:\(silent.port)
      user = x
      password = y
      """)
    try site.configure((1...4).map { site.section("web\($0)") }.joined())
    #expect(try await site.run().status == 0)
    // The first announcement takes all of its five seconds; the backups do not wait for it.
    let span = try await site.rows(
      "SELECT (julianday(max(backup_end)) - julianday(min(backup_start))) * 86400 < 5 FROM stats")
    #expect(span == ["1"])
    #expect(try await site.rows("SELECT count(*) FROM outbox WHERE owed_since NOT NULL") == ["4"])
  }

  @Test("--no-passive announces nothing and owes it; --passive-dry-run prints it, to be piped on")
  func options() async throws {
    let icinga = try Self.icinga()
    let site = try await Self.site(Self.lines(icinga))
    let quiet = try await site.run("--no-passive")
    #expect(quiet.status == 0 && quiet.stderr == "")
    let dry = try await site.run("--passive-dry-run=icinga2")
    #expect(dry.status == 0)
    let body = try #require(try json(dry.stdout) as? [String: Any])
    #expect(body["service"] as? String == "web1!backup-web1" && body["exit_status"] as? Int == 0)
    #expect(dry.stderr.contains("web1     OK"))
    #expect(try await site.rows("SELECT kind FROM outbox ORDER BY kind") == ["BACKUP"])
    let both = try await site.run("--no-passive", "--passive-dry-run")
    #expect(both.status == 3 && both.stderr.contains("contradict"))
    let bad = try await site.run("--passive-dry-run=xml")
    #expect(bad.status == 3 && bad.stderr.contains("send_nsca"), "\(bad.stderr)")
    // Whatever stands before and after it.
    for (words, beginning) in [
      (["--passive-dry-run=send_nsca", "-q"], "web1\tbackup-web1\t0\t"),
      (["-q", "--passive-dry-run=command", "--dry-run"], "["),
      (["--passive-dry-run", "-q"], "web1;backup-web1: OK"),
      (["--passive-dry-run", "nrdp", "-s", "web1"], "{\"checkresults\""),
    ] {
      let result = try await tool("tisbackup-run", ["-c", site.ini] + words)
      #expect(result.stdout.hasPrefix(beginning), "\(words): \(result.stdout)")
    }
    let submit = try await site.tool(
      "tisbackup-submit", "--passive-dry-run=send_nsca", "--all", "-q")
    #expect(submit.stdout.hasPrefix("web1\tbackup-web1\t0\t"))
    let worse = try await site.tool("tisbackup-cleanup", "--passive-dry-run=xml", "-q")
    #expect(worse.status == 3 && worse.stderr.contains("send_nsca"), "\(worse.stderr)")
  }

  @Test("a broken monitoring ini stops no backup; what happened meanwhile is owed to every target")
  func broken() async throws {
    let site = try await Self.site("type = icinga2")
    let first = try await site.run()
    #expect(first.status == 0)
    #expect(
      first.stderr.contains("tisbackup-monitoring.ini:5: section [server]: needs the key 'url'"))
    let missing = try await site.run("--monitoring", "\(site.folder)/nothing.ini")
    #expect(missing.status == 0 && missing.stderr.contains("all of it is owed"))
    #expect(
      try await site.rows("SELECT DISTINCT target FROM outbox ORDER BY target") == ["*", "server"])
    let refused = try await site.tool(
      "tisbackup-submit", "--monitoring", "\(site.folder)/nothing.ini")
    #expect(refused.status == 3)
    let icinga = try Self.icinga()
    try Self.monitoring(site, Self.lines(icinga))
    try await icinga.running {
      let submitted = try await site.tool("tisbackup-submit")
      #expect(submitted.status == 0)
      #expect(try await icinga.waitFor("web1!backup-web1").result?.state == 0)
    }
  }

  @Test("exports and cleanups report themselves, too")
  func others() async throws {
    let icinga = try Self.icinga(["web1!backup-web1", "web1!export-web1", "all!tisbackup"])
    let site = try await Self.site(
      Self.lines(icinga), more: "export_service = export-{section}\nsummary = all;tisbackup")
    try await icinga.running {
      #expect(try await site.run("--no-passive").status == 0)
      try makeFolder("\(site.folder)/usb")
      #expect(try await site.tool("tisbackup-export", "-x", "\(site.folder)/usb").status == 0)
      let export = try await icinga.waitFor("web1!export-web1")
      #expect(export.result?.state == 0)
      #expect(export.result?.output.contains("TISBACKUP OK - web1: last OK") == true)
      #expect(try await icinga.waitFor("all!tisbackup").result?.state == 0)
      #expect(try await site.tool("tisbackup-cleanup").status == 0)
    }
    #expect(try await site.rows("SELECT count(*) FROM outbox") == ["0"])
  }
}
