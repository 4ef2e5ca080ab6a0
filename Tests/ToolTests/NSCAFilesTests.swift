import Foundation
import TISBackupTestSupport
import Testing

/// The samples of nsca.cfg and send_nsca.cfg, read by the programs they are for.
@Suite("files for NSCA", .scratch)
struct NSCAFilesTests {
  /// A sample with other values of some keys, as its reader would write them.
  private func sample(_ name: String, _ values: [String: String]) throws -> String {
    var lines = try text(shippedFile("nsca/\(name)")).components(separatedBy: "\n")
    for (key, value) in values {
      let places = lines.indices.filter { lines[$0].trimmingPrefix("#").hasPrefix("\(key)=") }
      #expect(places.count == 1, "\(name): \(key)")
      for place in places { lines[place] = "\(key)=\(value)" }
    }
    return try write(lines.joined(separator: "\n"), to: "\(ScratchDirectory.path)/\(name)")
  }

  /// A daemon with the sample, that hands over to the pipe of `nagios`.
  private func daemon(for nagios: NagiosServer) async throws -> Server {
    let port = try freePort()
    let file = try sample(
      "nsca.cfg",
      [
        "server_port": "\(port)", "server_address": "127.0.0.1", "strict_mode_spoofing": "0",
        "command_file": nagios.commandFile, "pid_file": "\(ScratchDirectory.path)/nsca.pid",
        "alternate_dump_file": "\(ScratchDirectory.path)/nsca.dump",
      ])
    return try await Server(
      "/usr/sbin/nsca", ["-f", "-c", file, "--daemon"], port: port,
      log: "\(ScratchDirectory.path)/nsca.log")
  }

  @Test("nsca and send_nsca take their samples, and a result goes all the way to the service")
  func together() async throws {
    let server = try await PassiveNagiosTests.server("")
    var objects = ["sections.cfg": try await PassiveNagiosTests.generated(server, "nagios")]
    for name in ["templates.cfg", "commands.cfg"] { objects[name] = try text(shippedFile(name)) }
    let nagios = try NagiosServer(
      in: ScratchDirectory.path, plugin: toolPath("check_tisbackup"), objects: objects)
    try await nagios.start()
    defer { nagios.endSoon() }
    let nsca = try await daemon(for: nagios)
    defer { nsca.stop() }
    let sent = try await program(
      [
        "/usr/sbin/send_nsca", "-H", "127.0.0.1", "-p", "\(nsca.port)",
        "-c", try sample("send_nsca.cfg", [:]),
      ],
      input: "web1.example.com\tbackup-web1\t1\tTISBACKUP WARNING - web1: partial\n")
    #expect(sent.status == 0, "\(sent)")
    let told = try await nagios.waitFor("web1.example.com/backup-web1")
    #expect(told["plugin_output"] == "TISBACKUP WARNING - web1: partial")
    #expect(told["current_state"] == "1")
    try await nagios.stop()
  }

  @Test("the samples' other lines are known, too, and a key that is not stops either program")
  func keys() async throws {
    for (values, says) in [
      ([:], "Connection refused"), (["legacy_2_7_mode": "true"], "Connection refused"),
    ] {
      try await expectEnd(sample("send_nsca.cfg", values), says)
    }
    let unknown = try write(
      try text(sample("send_nsca.cfg", [:])) + "pasword=x\n",
      to: "\(ScratchDirectory.path)/unknown.cfg")
    try await expectEnd(unknown, "Unknown option specified in config file")
  }

  /// Nobody listens where it is sent to: the file is read before that.
  private func expectEnd(_ file: String, _ says: String) async throws {
    // From a file: who writes to a program that has ended dies of it.
    let input = try write("h\ts\t0\tx\n", to: "\(ScratchDirectory.path)/input")
    let result = try await program([
      "sh", "-c", "exec /usr/sbin/send_nsca -H 127.0.0.1 -p \"$1\" -c \"$2\" <\"$3\"", "sh",
      "\(try freePort())", file, input,
    ])
    #expect(result.status != 0)
    #expect((result.stdout + result.stderr).contains(says), "\(result)")
  }
}
