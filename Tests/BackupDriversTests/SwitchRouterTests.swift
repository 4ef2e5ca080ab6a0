import BackupDrivers
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// A real telnet command line of the Cisco kind: FRR's.
@Suite(.scratch, .timeLimit(.minutes(2)))
struct SwitchRouterTests {
  private let site = SwitchSite()
  /// What FRR's answers lack of a Cisco's, as a log tells it.
  private static let notes = """
    does not know 'terminal width 0': % [RIP] Unknown command: terminal width 0
    does not know 'show vlan': % [RIP] Unknown command: show vlan
    """

  @Test func `the configuration is kept as it was shown, and no more`() async throws {
    let router = try await FRRouter.start(in: site.folder)
    let secrets = [FRRouter.password, FRRouter.enablePassword]
    let section = try site.section(router.iniLines)
    let watched = try await SecretWatch.leaks(of: secrets) { try await site.backUp(section) }
    #expect(watched.leaks == [])
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
    let outcome = watched.result
    #expect(outcome.status == .ok)
    #expect(outcome.log == "first configuration, 20 lines\n\(Self.notes)")
    #expect(outcome.bytes == Int64(kept.utf8.count) && outcome.writtenBytes == outcome.bytes)
    #expect(outcome.files == 1 && outcome.writtenFiles == 1)
  }

  @Test func `an unchanged one is a good backup, and the same file`() async throws {
    let router = try await FRRouter.start(in: site.folder)
    let section = try site.section(router.iniLines)
    let first = try await site.backUp(section, as: "one.txt")
    let second = try await site.backUp(section, as: "two.txt", after: "one.txt")
    #expect(second.status == .ok && second.bytes == first.bytes)
    #expect(second.log.wholeMatch(of: #/unchanged since \d{4}-\d\d-\d\d \d\d:\d\d\n(?s).*/#) != nil)
    #expect(second.writtenBytes == 0 && second.writtenFiles == 0)
    #expect(try site.inode("one.txt") == site.inode("two.txt"))
  }

  @Test func `a changed one is told line by line, without its secrets`() async throws {
    let router = try await FRRouter.start(in: site.folder)
    _ = try await site.backUp(try site.section(router.iniLines), as: "one.txt")
    router.server.stop()
    let other = try await FRRouter.start(
      in: site.folder, lines: FRRouter.accessList(2), enablePassword: "s3cret-new")
    let section = try site.section(
      other.iniLines.replacing(FRRouter.enablePassword, with: "s3cret-new"))
    let outcome = try await site.backUp(section, as: "two.txt", after: "one.txt")
    #expect(
      outcome.log == """
        changed: 3 lines added, 1 removed
        @@ -4,7 +4,7 @@
         !
         hostname sw1
         password ***
        -enable password ***
        +enable password ***
         !
         !
         !
        @@ -14,6 +14,8 @@
          version 2
         exit
         !
        +access-list many seq 5 permit 192.0.2.1/32
        +access-list many seq 10 permit 192.0.2.2/32
         !
         !
         !
        \(Self.notes)
        """)
    #expect(try site.inode("one.txt") != site.inode("two.txt"))
  }

  @Test func `what a pager cuts into pages is put together again`() async throws {
    let router = try await FRRouter.start(in: site.folder, lines: FRRouter.accessList(100))
    _ = try await site.backUp(try site.section(router.iniLines), as: "one.txt")
    let models = site.path("models")
    try makeFolder(models)
    try write("[model]\nlike = CISCO\nno_paging = none\n", to: "\(models)/PAGED.ini")
    let section = try site.section(
      router.iniLines.replacing("CISCO", with: "PAGED"), global: "switch_models = \(models)")
    let outcome = try await site.backUp(
      section, as: "two.txt", after: "one.txt", using: .withWindow(rows: 24))
    #expect(outcome.log.hasPrefix("unchanged since "), "\(outcome.log)")
    #expect(try text(site.path("two.txt")).contains("192.0.2.100/32"))
  }

  @Test func `a command line that asks for no enable password is taken as it is`() async throws {
    let router = try await FRRouter.start(in: site.folder, enablePassword: nil)
    let lines = router.iniLines.replacing(
      "switch_enable_password = \(FRRouter.enablePassword)", with: "")
    #expect(try await site.backUp(try site.section(lines)).status == .ok)
  }

  @Test func `the enable password is that of the login where none is given`() async throws {
    let router = try await FRRouter.start(in: site.folder, enablePassword: FRRouter.password)
    let lines = router.iniLines.replacing(
      "switch_enable_password = \(FRRouter.enablePassword)", with: "")
    #expect(try await site.backUp(try site.section(lines)).status == .ok)
  }

  @Test func `a wrong password is tried once, and told apart from everything else`() async throws {
    let router = try await FRRouter.start(in: site.folder)
    let error = await site.failure(
      try site.section(
        router.iniLines.replacing(
          "switch_password = \(FRRouter.password)", with: "switch_password = s3cret-no")))
    #expect(
      error
        == BackupError(
          .refused, "section [sw1]: switch '127.0.0.1': refuses the login",
          hint: "Check switch_user and switch_password."))
    // A second wrong one would be the last but one before "Bad passwords, too many failures".
    #expect(!router.server.story.contains("too many"))
  }

  @Test func `a wrong enable password is another trouble than a wrong login`() async throws {
    let router = try await FRRouter.start(in: site.folder)
    let error = await site.failure(
      try site.section(
        router.iniLines.replacing(FRRouter.enablePassword, with: "s3cret-no")))
    #expect(error?.code == .refused)
    #expect(error?.message.text == "section [sw1]: switch '127.0.0.1': 'enable' gives no rights")
  }

  @Test func `a command that is not known is an error that shows the answer`() async throws {
    let router = try await FRRouter.start(in: site.folder)
    let models = site.path("models")
    try makeFolder(models)
    try write("[model]\nlike = CISCO\ncommands = show nothing\n", to: "\(models)/OTHER.ini")
    let error = await site.failure(
      try site.section(
        router.iniLines.replacing("CISCO", with: "OTHER"), global: "switch_models = \(models)"))
    #expect(
      error?.message.text
        == "section [sw1]: switch '127.0.0.1': does not take 'show nothing': '% [RIP] Unknown command: show nothing'"
    )
  }

  @Test func `a login test tells what it found and changes nothing`() async throws {
    let router = try await FRRouter.start(in: site.folder)
    let before = names(site.folder)
    let found = try await Switch(try site.section(router.iniLines))
      .testConnection(using: World.live { _ in })
    #expect(
      found == [
        "logged in; its prompt is 'sw1#', with all rights", "'show running-config' gives 20 lines",
      ] + Self.notes.split(separator: "\n").map(String.init))
    #expect(names(site.folder) == before)
  }

  @Test func `a switch that takes the connection and says nothing is given up`() async throws {
    let silent = try SilentServer()
    let error = await site.failure(
      try site.section(
        """
        type = switch
        server_name = sw1.example.com
        switch_ip = 127.0.0.1
        switch_type = CISCO
        switch_port = \(silent.port)
        connect_timeout = 1
        """))
    #expect(error?.code == .transport)
    #expect(
      error?.message.text
        == "section [sw1]: switch '127.0.0.1': said nothing for 3s after it took the connection")
  }

  @Test func `nobody at the port, and a name that is not known, are told as such`() async throws {
    let lines = "type = switch\nserver_name = sw1.example.com\nswitch_type = CISCO\n"
    let nobody = await site.failure(
      try site.section(lines + "switch_ip = 127.0.0.1\nswitch_port = \(try freePort())"))
    #expect(nobody?.code == .transport)
    #expect(nobody?.message.text.contains("nobody answers at its port (curl exit 7)") == true)
    let unknown = await site.failure(try site.section(lines + "switch_ip = sw1.invalid"))
    #expect(unknown?.code == .refused)
    #expect(unknown?.message.text.contains("its name is not known here (curl exit 6)") == true)
  }

  @Test func `a run whose time is over ends, and leaves no program`() async throws {
    let silent = try SilentServer()
    let section = try site.section(
      """
      type = switch
      server_name = sw1.example.com
      switch_ip = 127.0.0.1
      switch_type = CISCO
      switch_port = \(silent.port)
      timeout = 1
      """)
    let error = await site.failure(section)
    #expect(error?.code == .overtime)
    let running = try await program(["pgrep", "-f", "telnet://127.0.0.1:\(silent.port)"])
    #expect(running.stdout == "")
  }
}
