import Foundation
import Glibc
import Monitoring
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import PassiveChecks

/// What a real Nagios 4 makes of files in the folder of its check results.
@Suite("the check results of a real Nagios", .scratch)
struct CheckResultFilesTests {
  private func files(_ path: String) throws -> CheckResultFiles {
    try CheckResultFiles(target("[spool]\ntype = checkresults\npath = \(path)"))
  }

  @Test("turn a service OK, and then CRITICAL with every line and figure, and leave nothing")
  func states() async throws {
    try await withNagios(["web1/backup-web1", "web1/export-web1"]) { server in
      let files = try files(server.results)
      let first = [
        PassiveResult.sample(), .sample(.unknown, "cannot read; at all", service: "export-web1"),
      ]
      #expect(await files.submit(first, using: .real, patience: .long) == [.delivered, .delivered])
      for result in first { try await expectShown(result, by: server) }
      let fields = try await server.waitFor("web1/backup-web1")
      #expect(fields["last_check"] == "1795457454")
      #expect(fields["check_execution_time"] == "0.000")
      // Far more than any pipe takes at once.
      let second = PassiveResult.large(sections: 400)
      #expect(await files.submit([second], using: .real, patience: .long) == [.delivered])
      try await expectShown(second, by: server)
      #expect(names(server.results) == [])
    }
  }

  @Test("show hostile texts as text, and pass over a service that is not known")
  func hostileTexts() async throws {
    let hostile = NagiosPipeTests.hostile
    try await withNagios(hostile.indices.map { "web1/s\($0)" }) { server in
      let results =
        [PassiveResult.sample(service: "nosuch")]
        + hostile.enumerated().map {
          PassiveResult.sample(.warning, $1.text, service: "s\($0)")
        }
      let files = try files(server.results)
      let deliveries = await files.submit(results, using: .real, patience: .long)
      #expect(deliveries.allSatisfy { $0 == .delivered })
      for (number, (_, shown)) in hostile.enumerated() {
        let fields = try await server.waitFor("web1/s\(number)")
        #expect(fields["plugin_output"] == "TISBACKUP WARNING - web1: \(shown)")
        #expect(fields["performance_data"] == "'web1_age'=79200s")
      }
      let log = try text("\(server.folder)/nagios.log")
      #expect(log.contains("'nosuch' on host 'web1'. Unable to find"))
    }
  }

  /// Users who may write into the folder, and are not root.
  static let writers: [(user: String, group: String, mode: mode_t)] = [
    ("nagios", "nagios", 0o640), ("nobody", "nagios", 0o640), ("nobody", "nobody", 0o644),
  ]

  @Test("are read by Nagios whoever writes them", arguments: writers)
  func otherUsers(_ writer: (user: String, group: String, mode: mode_t)) async throws {
    try await withNagios(["web1/backup-web1"]) { server in
      let group = userID(writer.group).group
      #expect(chown(server.results, userID("nagios").user, group) == 0)
      #expect(chmod(server.results, 0o770) == 0)
      let files = try files(server.results)
      // Nagios reads each second; the mode is looked at where it does not.
      let elsewhere = "\(ScratchDirectory.path)/elsewhere"
      try makeFolder(elsewhere)
      #expect(chown(elsewhere, userID("nagios").user, group) == 0 && chmod(elsewhere, 0o770) == 0)
      let beside = try self.files(elsewhere)
      let deliveries = await asUser(userID(writer.user).user, group: group) {
        [files, beside].flatMap { $0.write([.sample()], .current()) }
      }
      #expect(deliveries == [.delivered, .delivered])
      var status = stat()
      #expect(stat("\(elsewhere)/\(names(elsewhere)[0])", &status) == 0)
      #expect(status.st_mode & 0o777 == writer.mode && status.st_gid == group)
      try await expectShown(.sample(), by: server)
    }
  }
}
