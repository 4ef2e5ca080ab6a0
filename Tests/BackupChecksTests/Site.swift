import BackupChecks
import Foundation
import Monitoring
import TISBackupCore
import TISBackupTestSupport
import Testing

/// A base folder with a real catalog, in the scratch folder of a test.
struct Site {
  let base = ScratchDirectory.path + "/base"
  let zone: LocalZone

  init(zone: LocalZone = .utc) throws {
    self.zone = zone
    try FileManager.default.createDirectory(
      atPath: base + "/log", withIntermediateDirectories: true)
    _ = try catalog(.write)
  }

  func catalog(_ access: Catalog.Access) throws -> Catalog {
    try Catalog(path: DiskLayout(base: base).catalog, access: access, zone: zone)
  }

  /// A `[global]` with limits, then these lines.
  func configuration(_ sections: String) throws -> Configuration {
    try .parse(
      """
      [global]
      backup_base_dir = \(base)
      backup_retention_time = 30
      maximum_backup_age = 30
      \(sections)
      """)
  }

  /// The lines of a usable section.
  static func rsync(_ name: String, _ more: String = "") -> String {
    """
    [\(name)]
    type = rsync
    server_name = \(name).example.com
    remote_user = backup
    remote_dir = /
    rsync_module = data
    password_file = /etc/tis/password
    \(more)

    """
  }

  /// What a check at `now` finds about all sections.
  func facts(
    _ sections: String, settings: CheckSettings = CheckSettings(), now: Instant = .noon,
    isAlive: @escaping (ProcessIdentity) -> Bool = { _ in true },
    look: @escaping @Sendable (BackupRecord) -> LocationState = LocationState.look,
    stage: @escaping (String) -> Void = { _ in }
  ) throws -> [SectionFacts] {
    let configuration = try configuration(sections)
    return try FactGatherer(
      configuration: configuration, catalog: catalog(.check), settings: settings, now: now,
      isAlive: isAlive, survey: DiskSurvey(look: look), stage: stage
    ).facts(about: configuration.sections).sections
  }

  /// What a check of everything at `now` finds.
  func wholeFacts(_ sections: String, settings: CheckSettings = CheckSettings()) throws
    -> CheckFacts
  {
    let configuration = try configuration(sections)
    return try FactGatherer(
      configuration: configuration, catalog: catalog(.check), settings: settings, now: .noon
    ).wholeFacts(about: configuration.sections)
  }

  /// Adds a row as our tools do.
  func add(_ record: BackupRecord) throws { try catalog(.write).add(record) }

  /// A row of the old program: local times without an offset.
  func addOldRow(
    _ section: String = "web1", start: String, end: String?, status: String = "OK",
    location: String = ""
  ) async throws {
    let end = end.map { "'\($0)'" } ?? "NULL"
    let result = try await program(
      ["sqlite3", "-batch", DiskLayout(base: base).catalog],
      input: """
        INSERT INTO stats (backup_name, backup_start, backup_end, status, backup_location, TYPE)
        VALUES ('\(section)', '\(start)', \(end), '\(status)', '\(location)', 'BACKUP');
        """)
    try #require(result.status == 0, "\(result.stderr)")
  }
}
