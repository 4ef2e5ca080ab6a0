import Monitoring
import OutsideWorld
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import PassiveChecks

/// A backup server in the scratch folder of a test with three sections, whose clock is the test's;
/// and servers that answer as they are told.
final class DeliveryBench: Sendable {
  static let now = Instant(seconds: 1_700_000_000)

  let configuration: Configuration
  let settings: MonitoringSettings
  let notes = Mutex<[Note]>([])
  let clock = Mutex(DeliveryBench.now)
  /// What each target was sent, in the order of the calls.
  let sent = Mutex<[String: [[PassiveResult]]]>([:])
  /// How a target answers; by default it takes everything.
  let answers = Mutex<[String: @Sendable ([PassiveResult]) -> [Delivery]]>([:])

  init(_ monitoring: String = DeliveryBench.monitoring, sections: String = DeliveryBench.sections)
    throws
  {
    let base = "\(ScratchDirectory.path)/base"
    try makeFolder("\(base)/log")
    settings = MonitoringSettings(
      document: INIDocument(parsing: Array(monitoring.utf8), path: "monitoring.ini"))
    var configuration = try Configuration.parse(
      """
      [global]
      backup_base_dir = \(base)
      backup_retention_time = 10
      maximum_backup_age = 30
      \(sections)
      """)
    configuration.audience = Audience(settings)
    self.configuration = configuration
    // As if they had taken something before: a new one is told everything at first.
    try configuration.catalog(.write, zone: .utc).setTargets(settings.targets.map(\.name))
  }

  static let monitoring = """
    [global]
    summary = {backup_host};tisbackup
    export_service = export-{section}
    [icinga]
    type = nagios_pipe
    path = /nonexistent/pipe
    [nagios]
    type = nagios_pipe
    path = /nonexistent/pipe
    """

  static let sections =
    ["web1", "db1", "mail1"].map { name in
      """
      [\(name)]
      type = rsync
      server_name = \(name).example.com
      remote_user = backup
      rsync_module = data
      remote_dir = /srv
      password_file = /etc/backup.pw

      """
    }.joined() + "[printer]\ntype = null\nserver_name = printer\n"

  var world: World {
    World(
      now: { self.clock.withLock { $0 } }, zone: .utc, writer: .scripted, isAlive: { _ in true },
      run: { _, _ in Finished(127) }, say: { note in self.notes.withLock { $0.append(note) } })
  }

  var judgement: PassiveJudgement {
    PassiveJudgement(configuration, settings, world: world, backupHost: "backup1")
  }

  func catalog() throws -> Catalog { try configuration.catalog(.write, zone: .utc) }

  /// A run that ended so many hours ago; owed to every target, as any other.
  @discardableResult
  func run(_ section: String, hours: Int, _ status: RunStatus = .ok, type: RecordType = .backup)
    throws -> String
  {
    let start = Self.now.adding(seconds: -hours * 3600 - 600)
    let place = "\(configuration.layout.base)/\(section)/\(SnapshotName.text(for: start, in: .utc))"
    try makeFolder(place)
    let catalog = try catalog()
    let key = try catalog.begin(
      type, section: section, server: "\(section).example.com", description: "", at: start,
      by: .scripted)
    var outcome = Outcome(status, log: status == .error ? "ssh: no route to host" : "")
    outcome.bytes = 1000
    outcome.location = place
    try catalog.end(key, outcome, at: start.adding(seconds: 600))
    return place
  }

  /// Delivers what is owed; `change` is for what differs from the usual.
  @discardableResult
  func deliver(_ change: (inout OutboxDelivery) -> Void = { _ in }) async throws
    -> [TargetDelivery]
  {
    var delivery = OutboxDelivery(judgement) { target throws(BackupError) in
      ScriptedSubmitter(target: target.name, bench: self)
    }
    change(&delivery)
    return try await delivery.perform()
  }

  /// What a target was sent, `host;service;state`, call by call.
  func log(_ target: String = "icinga") -> [[String]] {
    sent.withLock { $0[target] ?? [] }.map { call in
      call.map { "\($0.name.host);\($0.name.service);\($0.state.name)" }
    }
  }

  func owed(_ target: String = "icinga") throws -> [String] {
    try catalog().owed(to: target).map(\.subject.description)
  }
}

/// A way to a server that answers as its bench says.
struct ScriptedSubmitter: PassiveSubmitter {
  static let type = SubmitterType.nagiosPipe

  var target: String
  var bench: DeliveryBench?

  init(_ target: Section) throws(BackupError) { (self.target, bench) = (target.name, nil) }
  init(target: String, bench: DeliveryBench) { (self.target, self.bench) = (target, bench) }

  func submit(_ results: [PassiveResult], using world: World, patience: Patience) async
    -> [Delivery]
  {
    bench?.sent.withLock { $0[target, default: []].append(results) }
    let answer = bench?.answers.withLock { $0[target] }
    return answer?(results) ?? results.map { _ in .delivered }
  }
}
