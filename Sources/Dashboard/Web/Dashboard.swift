import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import OutsideWorld
import ServiceLifecycle
import TISBackupCore

/// The web page: what is backed up, what is due, exports to a disk.
package struct Dashboard: Sendable {
  let settings: DashboardSettings
  let writer: PageWriter
  let sessions = Sessions()
  let login: Login
  let source: SituationSource
  let board = JobBoard()

  package init(_ settings: DashboardSettings) throws(BackupError) {
    self.settings = settings
    writer = PageWriter(prefix: settings.publicAddress?.prefix ?? "")
    login = try Login(settings)
    source = SituationSource(settings)
  }

  /// Seconds for which a client may say nothing.
  private static let patience = 30
  /// Connections at once.
  private static let connections = 500

  /// Serves until the task is cancelled; `ready` hears the port.
  package func run(ready: @escaping @Sendable (Int) -> Void) async throws(BackupError) {
    var logger = Logger(label: "tisbackup-gui")
    logger.logLevel = .critical
    let application = Application(
      router: router,
      server: .http1(
        configuration: .init(
          idleTimeout: .seconds(Int64(Self.patience)),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 8 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100))),
      configuration: .init(
        address: .hostname(settings.host, port: settings.port), serverName: nil,
        availableConnectionsDelegate: MaximumAvailableConnections(Self.connections)),
      onServerRunning: { channel in ready(channel.localAddress?.port ?? 0) }, logger: logger)
    do {
      try await application.run()
    } catch {
      guard !Task.isCancelled else { return }
      throw BackupError(
        .usage, .cannotListen(settings.host, settings.port, "\(error)"), hint: .otherPort)
    }
  }

  var router: Router<DashboardContext> {
    let router = Router(context: DashboardContext.self)
    router.add(middleware: VisitorLookup(sessions: sessions, settings: settings))
    router.add(middleware: SecurityHeaders(writer: writer, say: settings.world.say))
    router.add(middleware: OriginCheck(settings: settings))
    // A proxy may take the prefix away, or leave it.
    for prefix in Set(["", writer.prefix]) {
      let all = router.group(RouterPath(prefix))
      OpenRoutes(dashboard: self).add(to: all)
      ReadingRoutes(dashboard: self).add(
        to: all.group().add(middleware: LoginRequired(writer: writer)))
      ChangingRoutes(dashboard: self).add(
        to: all.group().add(middleware: LoginRequired(writer: writer)))
      ScriptRoutes(dashboard: self).add(to: all.group().add(middleware: ScriptLogin(login: login)))
    }
    return router
  }
}

extension BackupError.Message {
  fileprivate static func cannotListen(_ host: String, _ port: Int, _ reason: String) -> Self {
    "cannot listen at \(host):\(port): \(reason)"
  }
  fileprivate static let otherPort: Self =
    "Is another program there? Choose another one: --listen 127.0.0.1:8081"
}
