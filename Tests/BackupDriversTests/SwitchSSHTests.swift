import BackupDrivers
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// A switch behind a real ssh server that asks for a password.
@Suite(.scratch, .timeLimit(.minutes(2)))
struct SwitchSSHTests {
  private let site = SwitchSite()

  /// A switch that shows a short configuration to who is logged in.
  private static let script = """
    <\\r\\nsw1#
    >
    <\\r\\nsw1#
    >terminal length 0
    <terminal length 0\\r\\nsw1#
    >terminal width 0
    <terminal width 0\\r\\nsw1#
    >show running-config
    |show running-config
    |version 15.2
    |hostname sw1
    |end
    <sw1#
    >show vlan
    |show vlan
    |% Invalid input detected at '^' marker.
    <sw1#
    >exit
    hangup
    """

  private func section(
    _ server: PasswordSSHServer, password: String = PasswordSSHServer.password,
    port: Int? = nil, options: String = "", _ more: String = ""
  ) throws -> Section {
    let models = site.path("models")
    try makeFolder(models)
    try write("[model]\nlike = CISCO\nminimum_lines = 3\n", to: "\(models)/SHORT.ini")
    return try site.section(
      """
      type = switch
      server_name = sw1.example.com
      switch_ip = 127.0.0.1
      switch_type = SHORT
      switch_transport = ssh
      switch_port = \(port ?? server.port)
      switch_user = \(PasswordSSHServer.user)
      switch_password = \(password)
      ssh_options = UserKnownHostsFile=\(server.knownHosts) \(options)
      \(more)
      """, global: "switch_models = \(models)")
  }

  private func start(isOld: Bool = false) async throws -> (ScriptedSwitch, PasswordSSHServer) {
    let device = try ScriptedSwitch(SwitchScript(parsing: Self.script), isTelnet: false)
    return (
      device,
      try await PasswordSSHServer.start(in: site.folder, before: device.port, isOld: isOld)
    )
  }

  @Test func `the password goes to ssh on its terminal, and nowhere else`() async throws {
    let (device, server) = try await start()
    let section = try section(server)
    let watched = try await SecretWatch.leaks(of: [PasswordSSHServer.password]) {
      try await site.backUp(section)
    }
    #expect(watched.leaks == [])
    #expect(watched.rounds > 3)
    #expect(try text(site.path("new.txt")) == "version 15.2\nhostname sw1\nend\n")
    #expect(!watched.result.log.contains(PasswordSSHServer.password))
    let faults = await device.faults()
    #expect(faults == [])
  }

  @Test func `a wrong password is refused once, and told as such`() async throws {
    let (device, server) = try await start()
    let error = await site.failure(try section(server, password: "s3cret-other"))
    #expect(error?.code == .refused)
    #expect(
      error?.message.text.hasPrefix(
        "section [sw1]: switch '127.0.0.1': refuses the login (ssh exit 255): ") == true)
    #expect(error?.message.text.contains("Permission denied") == true)
    #expect(error?.hint?.text.hasPrefix("Check switch_user and switch_password") == true)
    #expect(error?.description.contains("s3cret") == false)
    #expect(device.sessions == 0)
  }

  @Test func `algorithms that ssh has given up are named, and can be allowed`() async throws {
    let (device, server) = try await start(isOld: true)
    let legacy = "KexAlgorithms=+diffie-hellman-group1-sha1"
    let error = await site.failure(try section(server))
    #expect(error?.code == .refused)
    #expect(
      error?.message.text.contains("no matching key exchange method found, it offers") == true)
    #expect(error?.hint?.text.contains("'ssh_options = \(legacy)'") == true)
    let keys = await site.failure(try section(server, options: legacy))
    #expect(keys?.hint?.text.contains("HostKeyAlgorithms=+ssh-rsa") == true)
    let all = "\(legacy) HostKeyAlgorithms=+ssh-rsa Ciphers=+aes128-cbc"
    _ = try await site.backUp(try section(server, options: all))
    let faults = await device.faults()
    #expect(faults == [])
  }

  @Test func `an unknown host key is refused when keys must be known`() async throws {
    let (device, server) = try await start()
    let error = await site.failure(try section(server, "host_key_checking = yes"))
    #expect(error?.code == .refused)
    #expect(error?.hint?.text.hasPrefix("Log in once by hand") == true)
    #expect(device.sessions == 0)
  }

  @Test func `a port that nobody listens on, and one that never answers, are told apart`()
    async throws
  {
    let (_, server) = try await start()
    let nobody = await site.failure(try section(server, port: try freePort()))
    #expect(nobody?.code == .transport)
    #expect(nobody?.message.text.contains("Connection refused") == true)
    let silent = try SilentServer()
    let mute = await site.failure(
      try section(server, port: silent.port, "connect_timeout = 1"))
    #expect(mute?.code == .transport)
    #expect(mute?.description.contains("timed out") == true, "\(String(describing: mute))")
  }

  @Test func `ssh needs a login, which the ini must say`() async throws {
    let (_, server) = try await start()
    var section = try section(server)
    section.values["switch_user"] = nil
    let error = #expect(throws: BackupError.self) { try Switch(section) }
    #expect(error?.message.text.contains("needs the key 'switch_user'") == true)
  }
}
