import Foundation
import TISBackupTestSupport
import Testing

/// The machine that other tests log in to.
@Suite(.scratch)
struct SSHServerTests {
  @Test func `every login gets the environment of the machine`() async throws {
    let value = #"a "b" \c $HOME 'd' #e"#
    let server = try await SSHServer.start(
      in: ScratchDirectory.path, environment: ["PGHOST": value, "PGPORT": "1"])
    let said = try await ssh(server, #"printf %s "$PGHOST=$PGPORT""#)
    #expect(said.stdout == value + "=1")
  }

  @Test func `a machine that dies takes its connections along`() async throws {
    let folder = ScratchDirectory.path
    let server = try await SSHServer.start(in: folder)
    let lifeline = try Lifeline(in: folder)
    async let cut = ssh(
      server, "exec 3>\(lifeline.path); echo begun >&3; while sleep 0.05; do echo; done")
    #expect(await lifeline.hears())
    server.kill()
    #expect(try await cut.status == 255)
    #expect(await lifeline.isLetGo())
    #expect(!isListening(server.port))
  }

  private func ssh(_ server: SSHServer, _ command: String) async throws -> ToolResult {
    try await program([
      "ssh", "-F", "none", "-i", server.key, "-p", "\(server.port)", "-o", "BatchMode=yes",
      "-o", "StrictHostKeyChecking=accept-new", "-o", "UserKnownHostsFile=\(server.knownHosts)",
      "\(server.user)@127.0.0.1", command,
    ])
  }
}
