import Foundation
import TISBackupTestSupport
import Testing

/// The way through NRPE, whose packets end without mercy.
@Suite("NRPE", .scratch)
struct NRPETests {
  /// Sixty sections: far more than a kilobyte of figures.
  private static func manySections() async throws -> OldServer {
    let names = (1...60).map { "server-number-\($0)" }
    let server = try await OldServer.make(names.map { OldServer.section($0) }.joined())
    let rows = names.enumerated().map { index, name in
      "('\(name)', datetime('now','localtime','-\(index) hours','-10 minutes'), 'OK', 1000, 'BACKUP')"
    }
    try await sqlite(
      server.catalog,
      "INSERT INTO stats (backup_name, backup_start, status, total_bytes, TYPE) VALUES "
        + rows.joined(separator: ",") + "; UPDATE stats SET backup_end = backup_start;")
    _ = try await program(["chmod", "-R", "a+rX", server.folder])
    return server
  }

  private func commands(_ server: OldServer) async throws -> String {
    let generated = try await tool(
      "check_tisbackup", ["-f", server.ini, "--generate", "nrpe", "--backup-server", "backup1"])
    #expect(generated.status == 0)
    let plugin = "/usr/lib/nagios/plugins/check_tisbackup -f \(server.ini)"
    return generated.stdout + """
      command[small]=\(plugin) --max-output=1000
      command[bare]=\(plugin) --max-output=1000 --perfdata=none

      """
  }

  @Test("packets of 1 KB carry whole numbers with --max-output, those of 64 KB carry everything")
  func packets() async throws {
    let server = try await Self.manySections()
    let nrpe = try await NRPEServer.start(
      in: ScratchDirectory.path, commands: commands(server), plugin: toolPath("check_tisbackup"))
    defer { nrpe.stop() }
    let direct = try await server.check()
    var whole = try await nrpe.check("check_tisbackup_all")
    // NRPE 4.1 itself loses the end of an answer now and then, on a machine under load.
    for _ in 0..<4 where whole.stdout.utf8.count < direct.stdout.utf8.count - 200 {
      whole = try await nrpe.check("check_tisbackup_all")
    }
    #expect(whole.status == direct.status)
    #expect(whole.stdout.split(separator: "\n").count == direct.stdout.split(separator: "\n").count)
    #expect(figures(whole) == figures(direct))

    for command in ["small", "bare"] {
      let small = try await nrpe.check(command, "-2")
      #expect(small.status == 2)
      #expect(small.stdout.hasPrefix("TISBACKUP CRITICAL - 30 of 60 sections: "), "\(small.stdout)")
      #expect(small.stdout.utf8.count <= 1000)
      #expect(Set(figures(small)).isSubset(of: Set(figures(direct))))
      #expect(small.stdout.hasSuffix(" more\n"), "\(small.stdout)")
    }
    #expect(figures(try await nrpe.check("small", "-2")).contains("'sections'=60;;;0"))

    // Without the budget NRPE cuts where it likes: why there is one.
    let cut = try await nrpe.check("check_tisbackup_all", "-2")
    #expect(cut.stdout.utf8.count >= 1000)
    #expect(cut.stdout.split(separator: "\n").count == 1)
  }

  @Test("every generated command answers, and none takes an argument from the network")
  func generated() async throws {
    let server = try await NagiosTests.server()
    let nrpe = try await NRPEServer.start(
      in: ScratchDirectory.path, commands: commands(server), plugin: toolPath("check_tisbackup"))
    defer { nrpe.stop() }
    for (command, status, text) in [
      ("check_tisbackup_section_web1", Int32(0), "TISBACKUP OK - web1: last OK"),
      ("check_tisbackup_section_late", 2, "TISBACKUP CRITICAL - late: last OK"),
      ("check_tisbackup_section_broken", 3, "TISBACKUP UNKNOWN - broken: "),
      ("check_tisbackup_host_db1.example.com", 0, "TISBACKUP OK - db1: last OK"),
      ("check_tisbackup_catalog", 0, "TISBACKUP CRITICAL - 1 of 4 sections: late"),
    ] {
      let result = try await nrpe.check(command)
      #expect(result.status == status, "\(command): \(result.stdout)")
      #expect(result.stdout.hasPrefix(text), "\(result.stdout)")
    }
    let refused = try await nrpe.check("check_tisbackup_section_web1", "-a", "--exit-ok")
    #expect(refused.status != 0)
  }

  /// The figures of the first line; ages and free space change while we look.
  private func figures(_ result: ToolResult) -> [String] {
    let line = result.stdout.split(separator: "\n").first ?? ""
    return (line.split(separator: "|").dropFirst().first ?? "").split(separator: " ").map(
      String.init
    )
    .filter { !$0.contains("age'=") && !$0.contains("'free") }
  }
}
