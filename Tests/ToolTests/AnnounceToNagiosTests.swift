import Foundation
import TISBackupTestSupport
import Testing

/// Runs that report themselves to a real Nagios, on each way there.
@Suite("tisbackup-run reports itself to Nagios", .scratch)
struct AnnounceToNagiosTests {
  private func nagios(_ names: [String] = ["web1/backup-web1"]) throws -> NagiosServer {
    try NagiosServer(
      in: ScratchDirectory.path, plugin: "/bin/true",
      objects: ["objects.cfg": NagiosServer.passiveObjects(names)])
  }

  /// The ways to a Nagios of this machine that need no other server.
  private static func lines(_ way: String, _ nagios: NagiosServer) -> String {
    let path = way == "nagios_pipe" ? nagios.commandFile : nagios.results
    return "type = \(way)\npath = \(path)"
  }

  /// A good run, then one that fails and has no good backup left: what Nagios shows after each.
  private func okThenCritical(_ nagios: NagiosServer, target: String) async throws {
    let site = try await AnnounceTests.site(target)
    let good = try await site.run()
    #expect(good.status == 0 && good.stderr == "", "\(good.stderr)")
    let ok = try await nagios.waitFor("web1/backup-web1")
    #expect(ok["current_state"] == "0")
    #expect(ok["plugin_output"]?.hasPrefix("TISBACKUP OK - web1: last OK 20") == true, "\(ok)")
    let figures =
      ok["performance_data"]?.split(separator: " ").map { $0.prefix { $0 != "=" } } ?? []
    #expect(
      figures == [
        "'web1_age'", "'web1_size'", "'web1_written'", "'web1_duration'", "'web1_failures'",
        "'web1_copies'", "'web1_running'",
      ])
    try await sqlite(site.catalog, "DELETE FROM stats")
    try site.configure(site.section("web1", remoteDir: "/nowhere"))
    #expect(try await site.run().status == 2)
    let bad = try await nagios.waitFor("web1/backup-web1") { $0["current_state"] == "2" }
    #expect(bad["plugin_output"]?.contains("no good backup on record") == true)
    #expect(try await site.rows("SELECT count(*) FROM outbox") == ["0"])
  }

  @Test(
    "a good backup makes its service OK, a failed one CRITICAL, with every figure",
    arguments: ["nagios_pipe", "checkresults"])
  func local(_ way: String) async throws {
    let nagios = try nagios()
    try await nagios.start()
    try await okThenCritical(nagios, target: Self.lines(way, nagios))
    try await nagios.stop()
  }

  @Test(
    "through NSCA, by itself and through send_nsca: OK, then CRITICAL", arguments: [0, 1, 3, 14])
  func nsca(_ method: Int) async throws {
    let nagios = try nagios()
    try await reachable()
    try await nagios.start()
    let nsca = try await NSCAServer.start(
      in: ScratchDirectory.path, method: method, password: "se=cr et",
      commandFile: nagios.commandFile)
    try await okThenCritical(
      nagios,
      target: """
        type = nsca
        server = 127.0.0.1
        port = \(nsca.port)
        method = \(method)
        password = se=cr et
        """)
    nsca.stop()
    try await nagios.stop()
  }

  @Test(
    "a wrong password of NSCA is told by the run, kept, and seen by the check of the outbox",
    arguments: [1, 14])
  func wrongPassword(_ method: Int) async throws {
    let nagios = try nagios()
    try await reachable()
    try await nagios.start()
    let nsca = try await NSCAServer.start(
      in: ScratchDirectory.path, method: method, password: "right",
      commandFile: nagios.commandFile)
    let site = try await AnnounceTests.site(
      """
      type = nsca
      server = 127.0.0.1
      port = \(nsca.port)
      method = \(method)
      password = not-right
      """)
    let run = try await site.run()
    #expect(run.status == 0)
    #expect(run.stderr.contains("hung up: wrong password or method?"), "\(run.stderr)")
    let watch = try await site.check("--outbox", "-w", "0s", "-c", "1h")
    #expect(watch.stdout.contains("wrong password"), "\(watch.stdout)")
    let name = try #require(names("\(site.base)/log").first { $0.hasSuffix(".log") })
    let log = try text("\(site.base)/log/\(name)")
    #expect(log.contains("wrong password or method?") && !log.contains("not-right"))
    nsca.stop()
    try await nagios.stop()
  }

  @Test("through NRDP: OK, then CRITICAL")
  func nrdp() async throws {
    let nagios = try nagios()
    try await nagios.start()
    let nrdp = try await NRDPServer(in: ScratchDirectory.path, results: nagios.results)
    try await okThenCritical(
      nagios, target: "type = nrdp\nurl = \(nrdp.url)\ntoken = \(NRDPServer.token)")
    nrdp.stop()
    try await nagios.stop()
  }

  /// The servers become the user nagios, who must get to their files.
  private func reachable() async throws {
    _ = try await program(["chmod", "755", ScratchDirectory.path])
  }

  @Test("stopped for the night and started in the morning, Nagios is told once what is true then")
  func outage() async throws {
    let nagios = try nagios(["web1/backup-web1", "web2/backup-web2"])
    try await nagios.start()
    try await nagios.stop()
    let site = try await AnnounceTests.site(Self.lines("nagios_pipe", nagios))
    try site.configure(site.section("web1") + site.section("web2", remoteDir: "/nowhere"))
    let night = try await site.run()
    #expect(night.status == 2)
    // Left behind by Nagios 4 itself, or taken away by its service: both are told.
    #expect(night.stderr.contains("[server] takes no commands"), "\(night.stderr)")
    #expect(try await site.run().status == 2)
    try await nagios.start()
    #expect(try await site.tool("tisbackup-submit").status == 0)
    #expect(try await site.tool("tisbackup-submit").stdout == "nothing is owed\n")
    #expect(try await nagios.waitFor("web1/backup-web1")["current_state"] == "0")
    #expect(try await nagios.waitFor("web2/backup-web2")["current_state"] == "2")
    try await nagios.stop()
    let log = try text("\(nagios.folder)/nagios.log")
    let commands = log.split(separator: "\n").filter { $0.contains("EXTERNAL COMMAND: PROCESS_") }
    #expect(commands.count == 2, "\(commands)")
  }

  @Test("what the dry run prints is what the servers take: send_nsca's input, and commands")
  func dryRun() async throws {
    let nagios = try nagios()
    try await nagios.start()
    let site = try await Site.start()
    try write("[global]\nhost = {section}\n", to: "\(site.folder)/tisbackup-monitoring.ini")
    let run = try await site.run("--passive-dry-run=command")
    #expect(run.stdout.hasPrefix("["), "\(run.stdout)")
    let pipe = try #require(FileHandle(forWritingAtPath: nagios.commandFile))
    try pipe.write(contentsOf: Data(run.stdout.utf8))
    try pipe.close()
    #expect(try await nagios.waitFor("web1/backup-web1")["current_state"] == "0")
    try await nagios.stop()
    let sets = try await site.tool("tisbackup-submit", "--all", "--passive-dry-run=send_nsca")
    #expect(sets.stdout.hasPrefix("web1\tbackup-web1\t0\tTISBACKUP OK - web1: last OK"))
    #expect(!sets.stdout.hasSuffix("\n"))
    let nsca = try await nscaTakes(sets.stdout)
    #expect(nsca["plugin_output"]?.hasPrefix("TISBACKUP OK - web1: last OK") == true)
    let people = try await site.tool("tisbackup-submit", "--all", "--passive-dry-run")
    #expect(people.stdout.hasPrefix("web1;backup-web1: OK\n    TISBACKUP OK"))
    let nrdp = try await site.tool("tisbackup-submit", "--all", "--passive-dry-run=nrdp")
    #expect((try json(nrdp.stdout) as? [String: Any])?["checkresults"] != nil)
  }

  /// Pipes what was printed into Debian's send_nsca as it is; what Nagios then shows.
  private func nscaTakes(_ input: String) async throws -> [String: String] {
    let folder = "\(ScratchDirectory.path)/piped"
    try makeFolder(folder)
    _ = try await program(["chmod", "755", ScratchDirectory.path, folder])
    let nagios = try NagiosServer(
      in: folder, plugin: "/bin/true",
      objects: ["objects.cfg": NagiosServer.passiveObjects(["web1/backup-web1"])])
    try await nagios.start()
    let nsca = try await NSCAServer.start(
      in: folder, method: 1, password: "secret", commandFile: nagios.commandFile)
    let configuration = try write(
      "password=secret\nencryption_method=1\n", to: "\(folder)/send.cfg")
    let file = try write(input, to: "\(folder)/input")
    let sent = try await program([
      "sh", "-c", "exec /usr/sbin/send_nsca -H 127.0.0.1 -p \"$1\" -c \"$2\" <\"$3\"", "sh",
      "\(nsca.port)", configuration, file,
    ])
    #expect(sent.status == 0, "\(sent.stdout)\(sent.stderr)")
    let shown = try await nagios.waitFor("web1/backup-web1")
    nsca.stop()
    try await nagios.stop()
    return shown
  }
}
