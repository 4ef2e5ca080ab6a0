import Foundation
import TISBackupTestSupport
import Testing

/// A machine that takes connections and never says a word.
@Suite("a machine that hangs", .scratch, .timeLimit(.minutes(2)))
struct SilentMachineTests {
  /// The lines of a section that asks such a machine.
  private func lines(_ type: String, _ port: Int, _ site: Site, _ key: String) throws -> String {
    let own =
      switch type {
      case "rsync":
        "rsync_module = data\nrsync_port = \(port)\nremote_dir = /\npassword_file = \(site.daemon.passwordFile)"
      case "rsync+ssh": "ssh_port = \(port)\nremote_dir = /\nprivate_key = \(key)"
      default: "ssh_port = \(port)\nprivate_key = \(key)\ndb_user = a\ndb_passwd = b"
      }
    return """
      [hangs]
      type = \(type)
      server_name = 127.0.0.1
      \(own)
      connect_timeout = 3s
      idle_timeout = 3s
      retries = 1
      retry_delay = 1s

      """
  }

  @Test(arguments: [
    ("rsync+ssh", "connect_timeout"), ("mysql+ssh", "connect_timeout"), ("rsync", "idle_timeout"),
  ])
  func `it keeps its own section alone, for as long as its limits say`(
    _ type: String, _ limit: String
  ) async throws {
    let site = try await Site.start()
    let silent = try SilentServer()
    let key = "\(site.folder)/key"
    _ = try await program(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key])
    try site.configure(
      lines(type, silent.port, site, key) + site.section("web1") + site.section("web2"),
      global: "parallel_per_server = 2")
    let result = try await site.run("-j", "2")
    site.expect(result, 2, saying: ["tries again in 1s", "(2 attempts)", limit])
    let row = try #require(try await site.newest("hangs"))
    #expect(row.hasPrefix("ERROR: ") && row.contains(limit), "\(row)")
    // It began first, and the others were done while it waited.
    let ends = try await site.rows("SELECT backup_name FROM stats ORDER BY backup_end")
    #expect(ends == ["web1", "web2", "hangs"])
    try await site.expectNoLie()
    try await site.expectCheck(
      2, "hangs - no good backup on record", "web1 - last OK", "web2 - last OK")
    try site.configure(site.section("hangs") + site.section("web1") + site.section("web2"))
    try await site.expectNextRun()
    withExtendedLifetime(silent) {}
  }
}
