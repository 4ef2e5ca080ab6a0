import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// A backup server in the scratch folder of a test, whose clock says 2023-11-14T22:13:20Z.
struct Bench {
  /// The name of a backup that starts now.
  static let date = "20231114-22h13m20"
  static let now = Instant(seconds: 1_700_000_000)

  let folder = ScratchDirectory.path
  let configuration: Configuration

  var base: String { "\(folder)/base" }
  var target: String { "\(folder)/target" }
  var layout: DiskLayout { configuration.layout }
  var sections: [Section] { configuration.sections }

  /// What a transcript tells has an order.
  private static let oneByOne = "parallel_jobs = 1"

  /// Makes the base folder, and reads these lines as the ini file.
  init(_ lines: String = Bench.rsync("web1"), global: String = "") throws {
    let base = "\(ScratchDirectory.path)/base"
    configuration = try .parse(
      """
      [global]
      backup_base_dir = \(base)
      backup_retention_time = 10
      maximum_backup_age = 30
      retries = 0
      \(global.contains("parallel_jobs") ? "" : Self.oneByOne)
      \(global)
      \(lines)
      """)
    try makeFolder(base)
  }

  /// The lines of a section that an rsync daemon serves.
  static func rsync(_ name: String, _ more: String = "") -> String {
    """
    [\(name)]
    type = rsync
    server_name = 192.0.2.10
    remote_user = backup
    rsync_module = data
    remote_dir = /srv
    password_file = /etc/backup.pw
    \(more)

    """
  }

  /// The command that copies such a section, letter by letter.
  func copyLine(_ section: String = "web1", _ date: String = Bench.date, links: [String] = [])
    -> String
  {
    "rsync -rt -lpgoD --protect-args -H -A -X --numeric-ids --delete --delete-excluded"
      + " --partial-dir=.rsync-partial '--filter=P .rsync-partial/' --stats --info=progress2"
      + " --no-human-readable --outbuf=L --timeout=600"
      + links.map { " --link-dest=\(base)/\(section)/\($0)" }.joined()
      + " --password-file=/etc/backup.pw --port=873 --contimeout=15"
      + " -- backup@192.0.2.10::data/srv/ \(base)/\(section)/\(date).partial/"
  }

  /// A copy that goes well: one file, and the figures of rsync.
  func copy(_ section: String = "web1", _ date: String = Bench.date, links: [String] = [])
    -> Transcript.Step
  {
    .init(copyLine(section, date, links: links), .copied) { invocation in
      try write("data\n", to: "\(invocation.arguments.last ?? "")file")
    }
  }

  /// Makes the folder of a finished backup with one file in it; gives its path.
  @discardableResult
  func snapshot(_ date: String, of section: String = "web1") throws -> String {
    let path = "\(base)/\(section)/\(date)"
    try makeFolder(path)
    try write("data of \(date)\n", to: "\(path)/file")
    return path
  }

  func catalog(_ access: Catalog.Access = .read, zone: LocalZone = .utc) throws -> Catalog {
    if access == .write { try makeFolder(layout.logFolder) }
    return try Catalog(path: layout.catalog, access: access, zone: zone)
  }

  /// Adds a finished row, `hours` before now; its location defaults to the folder of its date.
  @discardableResult
  func row(
    _ status: RunStatus, hours: Int, of section: String = "web1", location: String? = nil,
    type: RecordType = .backup
  ) throws -> BackupRecord {
    let start = Self.now.adding(seconds: -hours * 3600)
    var record = BackupRecord(section: section, start: start, status: status)
    record.type = type
    record.end = start.adding(seconds: 600)
    record.bytes = 5
    record.location =
      location ?? "\(base)/\(section)/\(SnapshotName.text(for: start, in: .utc))"
    try catalog(.write).add(record)
    return record
  }

  /// A row and the folder it points to.
  @discardableResult
  func backup(_ status: RunStatus = .ok, hours: Int, of section: String = "web1") throws -> String {
    let start = try row(status, hours: hours, of: section).start
    let place = try snapshot(Self.name(hours: hours), of: section)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: Double(start.seconds))],
      ofItemAtPath: "\(place)/file")
    return place
  }

  /// The name of a backup that started so many hours ago.
  static func name(hours: Int) -> String {
    SnapshotName.text(for: now.adding(seconds: -hours * 3600), in: .utc)
  }

  /// Every row of a section, newest first.
  func rows(_ section: String = "web1") throws -> [BackupRecord] {
    try catalog().newest(of: section, type: nil).records
  }

  /// What the `sqlite3` shell, a second reader, finds: a line a row, columns by `|`.
  @discardableResult
  func sqlite(_ statements: String, in path: String? = nil) async throws -> [String] {
    let result = try await program(
      ["sqlite3", "-batch", path ?? layout.catalog], input: statements)
    try #require(result.status == 0, "\(result.stderr)")
    return result.stdout.split(separator: "\n").map(String.init)
  }
}

extension Finished {
  /// What rsync prints at the end of a copy.
  static let statistics = """
    Number of files: 2 (reg: 1, dir: 1)
    Number of regular files transferred: 1
    Total file size: 5 bytes
    Total transferred file size: 5 bytes
    Literal data: 5 bytes
    """
  static let copied = Finished(0, statistics)
}
