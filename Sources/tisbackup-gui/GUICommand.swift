import ArgumentParser
import BackupTools
import Dashboard
import Glibc
import Monitoring
import OutsideWorld
import TISBackupCore

/// Serves the web page.
struct GUICommand: Tool {
  static let configuration = CommandConfiguration(
    commandName: "tisbackup-gui",
    abstract: "A web page: the last backups, what is due, export to a disk.",
    usage: """
      tisbackup-gui [OPTION]...
      tisbackup-gui --set-password USER
      """,
    discussion: """
      Example: tisbackup-gui --set-password admin
      Example: tisbackup-gui --listen 127.0.0.1:8080 --url https://backup.example.com/tisbackup

      It speaks HTTP, and listens at this machine alone unless told otherwise: put a web server \
      with TLS before it, and say with --url how browsers reach it. It runs until it is stopped; \
      backups and exports that were started from it go on. Exit status: 0 when it was stopped, 3 \
      when it could not start.
      """,
    version: suiteVersion)

  @OptionGroup var common: CommonOptions

  @Option(
    help: ArgumentHelp("Where to listen; port 0 lets the system choose.", valueName: "host:port"),
    transform: ListenAddress.init)
  var listen = ListenAddress.usual

  @Option(
    help: ArgumentHelp(
      "The file of users and the hashes of their passwords (default: tisbackup-gui.users beside the"
        + " ini file).", valueName: "file"))
  var users: String?

  @Option(
    help: ArgumentHelp(
      "Give this user a password, read from standard input, and end.", valueName: "user"))
  var setPassword: String?

  @Option(
    help: ArgumentHelp(
      "How browsers reach the page through a proxy: https://HOST/PATH.", valueName: "address"),
    transform: GUICommand.address)
  var url: PublicAddress?

  static func completing(_ arguments: [String]) -> [String] { arguments }

  func validate() throws {
    let given = [
      ("--dry-run", common.dryRun), ("--json", common.json),
      ("--sections", !common.sections.isEmpty),
      ("--monitoring", common.monitoring != nil),
    ]
    if let (name, _) = given.first(where: \.1) {
      throw ValidationError("\(name) means nothing here: the page shows all there is")
    }
  }

  func perform(_ context: ToolContext) async throws(BackupError) -> CheckState {
    let users = UserFile(users ?? UserFile.usual(beside: common.configurationPath))
    if let setPassword { return try set(setPassword, in: users) }
    // What keeps it from being of any use is told now, not to the first visitor.
    _ = try context.configuration()
    guard try !users.users().isEmpty else {
      throw BackupError(.configuration, .nobody(users.path), hint: .setPassword)
    }
    let dashboard = try Dashboard(
      DashboardSettings(
        configurationPath: DiskPath.absolute(common.configurationPath), base: common.backupDir,
        users: users, host: listen.host, port: listen.port, publicAddress: url,
        toolFolder: ToolFolder.own, world: context.world))
    let host = WebAddress.printed(host: listen.host)
    let isQuiet = common.quiet
    try await dashboard.run { port in
      if !isQuiet { Output.print("http://\(host):\(port)/") }
    }
    return .ok
  }

  private func set(_ user: String, in users: UserFile) throws(BackupError) -> CheckState {
    try users.set(PasswordQuestion.ask(for: user), of: user)
    if !common.quiet { Output.print("\(user) has a new password, in \(users.path)") }
    return .ok
  }

  private static func address(_ text: String) throws -> PublicAddress {
    guard let address = PublicAddress(text) else {
      throw ValidationError(
        "'\(text)' is no address of a page: https://backup.example.com/tisbackup")
    }
    return address
  }
}

extension BackupError.Message {
  fileprivate static func nobody(_ path: String) -> Self { "'\(path)' names no user" }
  fileprivate static let setPassword: Self =
    "Make the first one: tisbackup-gui --set-password admin"
}
