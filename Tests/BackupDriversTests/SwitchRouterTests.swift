import BackupDrivers
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// A real telnet command line of the Cisco kind: FRR's.
@Suite(.scratch, .timeLimit(.minutes(2)))
struct SwitchRouterTests {
  private let site = SwitchSite()

  @Test func `the configuration is kept as it was shown, and no more`() async throws {
    let router = try await FRRouter.start(in: site.folder)
    let outcome = try await site.backUp(try site.section(router.iniLines))
    let kept = try text(site.path("new.txt"))
    #expect(
      kept == """
        !
        frr version 8.4.4
        frr defaults traditional
        !
        hostname sw1
        password s3cret-login
        enable password s3cret-enable
        !
        !
        !
        !
        !
        router rip
         version 2
        exit
        !
        !
        !
        !
        end

        """)
    #expect(outcome.status == .ok)
    #expect(
      outcome.log == """
        first configuration, 20 lines
        does not know 'terminal width 0': % [RIP] Unknown command: terminal width 0
        does not know 'show vlan': % [RIP] Unknown command: show vlan
        """)
    #expect(outcome.bytes == Int64(kept.utf8.count) && outcome.files == 1)
  }
}
