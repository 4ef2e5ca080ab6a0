import BackupDrivers
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// A switch that only has web pages.
@Suite(.scratch, .timeLimit(.minutes(2)))
struct SwitchWebTests {
  private let site = SwitchSite()

  private func section(
    _ server: SwitchPageServer, password: String = SwitchPageServer.password,
    address: String = "127.0.0.1", _ more: String = ""
  ) throws -> Section {
    try site.section(
      """
      type = switch
      server_name = sw1.example.com
      switch_ip = \(address)
      switch_type = DLINK-DGS1210
      switch_port = \(server.port)
      switch_user = \(SwitchPageServer.user)
      switch_password = \(password)
      \(more)
      """)
  }

  @Test func `its file is kept byte by byte, after a login by its form`() async throws {
    let server = try await SwitchPageServer.start(in: site.folder)
    let section = try section(server)
    #expect(try Switch(section).artifactName(for: "20261124-01h02m03").hasSuffix(".bin"))
    let watched = try await SecretWatch.leaks(of: [SwitchPageServer.password]) {
      try await site.backUp(section, as: "one.bin")
    }
    #expect(watched.leaks == [])
    #expect(watched.result.status == .ok)
    #expect(watched.result.log == "first configuration, 11 bytes")
    #expect(try bytes(site.path("one.bin")) == SwitchPageServer.file)
    #expect(server.requests == ["POST /form/formLoginApply", "POST /BinFile/config.bin"])
    let again = try await site.backUp(section, as: "two.bin", after: "one.bin")
    #expect(again.log.hasPrefix("unchanged since "))
    #expect(try site.inode("one.bin") == site.inode("two.bin"))
  }

  @Test func `a login test finds the file and keeps nothing`() async throws {
    let server = try await SwitchPageServer.start(in: site.folder)
    let before = names(site.folder)
    let found = try await Switch(try section(server)).testConnection(using: World.live { _ in })
    #expect(
      found == ["logged in at http://127.0.0.1:\(server.port)", "its file has 11 bytes"])
    #expect(names(site.folder).filter { !before.contains($0) } == ["pages-\(server.port).requests"])
  }

  @Test func `a wrong password is told as such, though the page has status 200`() async throws {
    let server = try await SwitchPageServer.start(in: site.folder)
    let error = await site.failure(try section(server, password: "other"))
    #expect(error?.code == .refused)
    #expect(
      error?.description == """
        section [sw1]: switch '127.0.0.1:\(server.port)': refuses the login: 'Wrong password'
        HINT: Check switch_user and switch_password.
        """)
  }

  @Test(arguments: [
    (SwitchPageServer.Mode.page, BackupError.Code.refused, "gives a page in the place of its file"),
    (.empty, .driver, "gives an empty file"), (.cut, .transport, "broke the connection"),
    (.other, .driver, "answers its login and its file with 404 and 404"),
  ])
  func `what is no file is not kept`(
    _ mode: SwitchPageServer.Mode, _ code: BackupError.Code, _ words: String
  ) async throws {
    let server = try await SwitchPageServer.start(in: site.folder, mode: mode)
    let error = await site.failure(try section(server))
    #expect(error?.code == code)
    #expect(error?.message.text.contains(words) == true, "\(String(describing: error))")
    #expect(error?.hint != nil)
  }

  @Test func `a switch that never answers is given up after idle_timeout`() async throws {
    let server = try await SwitchPageServer.start(in: site.folder, mode: .silent)
    let error = await site.failure(
      try section(server, "connect_timeout = 1\nidle_timeout = 1"))
    #expect(error?.code == .transport)
    #expect(error?.message.text.contains("was too slow") == true, "\(String(describing: error))")
  }

  @Test func `over https its certificate must be trusted, by a CA or its fingerprint`() async throws
  {
    let ca = try await TestCA(in: site.folder)
    let pem = try await ca.certificate(for: "localhost")
    let server = try await SwitchPageServer.start(in: site.folder, tls: pem)
    let https = "switch_transport = https"
    let error = await site.failure(try section(server, https))
    #expect(error?.code == .refused)
    #expect(error?.hint?.text.contains("tls_fingerprint") == true, "\(String(describing: error))")
    _ = try await site.backUp(
      try section(server, address: "localhost", "\(https)\ntls_ca_file = \(ca.file)"), as: "ca.bin")
    let printed = try await program([
      "openssl", "x509", "-in", pem, "-noout", "-fingerprint", "-sha256",
    ])
    let digits = try #require(printed.stdout.split(separator: "=").last).dropLast()
    _ = try await site.backUp(
      try section(server, "\(https)\ntls_fingerprint = \(digits)"), as: "one.bin")
    let other = digits.dropLast(2) + (digits.hasSuffix("00") ? "01" : "00")
    let changed = await site.failure(
      try section(server, "\(https)\ntls_fingerprint = \(other)"))
    #expect(changed?.message.text.contains("another certificate") == true)
    let open = try await site.backUp(
      try section(server, "\(https)\ntls_verify = no"), as: "two.bin")
    #expect(
      open.log.hasSuffix("\ntls_verify = no: whoever stands between could have read the login"))
  }
}
