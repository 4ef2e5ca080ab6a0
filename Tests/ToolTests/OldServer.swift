import Foundation
import TISBackupTestSupport
import Testing

/// A server as TISBackup 2.0 leaves it: its ini, its catalog with its own words and forms, its
/// folders.
struct OldServer {
  let folder = ScratchDirectory.path
  var base: String { "\(folder)/base" }
  var ini: String { "\(folder)/tisbackup-config.ini" }
  var catalog: String { "\(base)/log/tisbackup.sqlite" }

  /// The statement of TISBackup itself, its TYPE column left out as in very old catalogs.
  private static func schema(withType: Bool) -> String {
    """
    create table stats (
      backup_name TEXT,
      server_name TEXT,
      description TEXT,
      backup_start TEXT,
      backup_end TEXT,
      backup_duration NUMERIC,
      total_files_count INT,
      written_files_count INT,
      total_bytes INT,
      written_bytes INT,
      status TEXT,
      log TEXT,
      backup_location TEXT\(withType ? ",\n  TYPE TEXT" : ""));
    create index idx_stats_backup_name on stats(backup_name);
    create index idx_stats_backup_location on stats(backup_location);
    """
  }

  /// An empty catalog and an ini with these sections.
  static func make(_ sections: String = "", withType: Bool = true) async throws -> OldServer {
    let server = OldServer()
    try makeFolder("\(server.base)/log")
    try write(
      """
      [global]
      backup_base_dir = \(server.base)/
      backup_retention_time=30
      maximum_backup_age=30
      \(sections)
      """, to: server.ini)
    try await sqlite(server.catalog, schema(withType: withType))
    return server
  }

  /// The usual section, whose machine nobody can reach.
  static func section(_ name: String, _ more: String = "") -> String {
    """

    [\(name)]
    type=rsync+ssh
    server_name=\(name).example.com
    remote_user=root
    remote_dir=/etc/
    private_key=/root/.ssh/id_dsa
    \(more)

    """
  }

  /// A run as TISBackup notes it.
  struct Run {
    var section = "web1"
    /// Hours since it began; it took six minutes.
    var ago: Double
    var status = "OK"
    var bytes: Int? = 1000
    /// As it stands in the row; nil for that of the folder named by the start.
    var location: String?
    var hasLocation = true
    var type: String? = "BACKUP"
    var log = "Number of files: 3"
  }

  /// Adds a row, and the folder it names with one file in it unless `onDisk` says otherwise.
  @discardableResult
  func add(_ run: Run, onDisk: Bool = true) async throws -> String {
    let start = Date(timeIntervalSinceNow: -run.ago * 3600)
    let place = run.location ?? "\(base)/\(run.section)/\(Self.name(start))"
    if onDisk && run.hasLocation {
      try makeFolder(place)
      try write("content\n", to: "\(place)/file")
    }
    let hasType = try await sqlite(
      catalog, "SELECT 1 FROM pragma_table_info('stats') WHERE name='TYPE'")
    var values = [
      quote(run.section), quote("\(run.section).example.com"), "''", quote(Self.time(start)),
      quote(Self.time(start.addingTimeInterval(360))), "0.1", "3", "1",
      run.bytes.map(String.init) ?? "NULL", "100", quote(run.status), quote(run.log),
      run.hasLocation ? quote(place) : "NULL",
    ]
    if !hasType.isEmpty { values.append(run.type.map(quote) ?? "NULL") }
    try await sqlite(catalog, "INSERT INTO stats VALUES (\(values.joined(separator: ",")));")
    return place
  }

  func tool(_ name: String, _ arguments: String...) async throws -> ToolResult {
    try await TISBackupTestSupport.tool(name, ["-c", ini] + arguments)
  }

  func check(_ arguments: String...) async throws -> ToolResult {
    try await TISBackupTestSupport.tool("check_tisbackup", ["-f", ini, "-t", "60"] + arguments)
  }

  private func quote(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

  /// `datetime.isoformat()` of local time.
  private static func time(_ date: Date) -> String { format(date, "yyyy-MM-dd'T'HH:mm:ss.123456") }

  static func name(_ date: Date) -> String { format(date, "yyyyMMdd-HH'h'mm'm'ss") }

  private static func format(_ date: Date, _ form: String) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = form
    return formatter.string(from: date)
  }
}
