import Foundation
import TISBackupCore
import TISBackupTestSupport

@testable import BackupJobs

/// One way in which catalog and disk come apart, done to the backup that began so many hours ago.
enum FsckFlaw: String, CaseIterable, Sendable {
  // What `--repair` mends.
  case gone, unregistered, doubled, nonsenseStart, noEnd, diedRun, endlessOldRun, untyped, moved
  case slash, reappeared, recordedEmpty, recordedWithoutSize
  // What only a person can decide.
  case placeless, empty, elsewhere, elsewhereOfOther, nonsenseAlone, oddStatus, noReceipt, link
  case strayReceipt, strayManifest, partial, oldPartial, incomplete, trash
  // What is nobody's business.
  case notes, foreignFolder, foreignRows, hidden, recentOldRun, failed, exported

  static let mendable: [FsckFlaw] = [
    .gone, .unregistered, .doubled, .nonsenseStart, .noEnd, .diedRun, .endlessOldRun, .untyped,
    .moved, .reappeared, .recordedEmpty, .recordedWithoutSize,
  ]

  /// What is told of it; nil where nothing is.
  var kind: FsckFinding.Kind? {
    switch self {
    case .gone: .missing
    case .unregistered: .unregistered
    case .doubled: .doubled
    case .nonsenseStart, .noEnd, .nonsenseAlone: .time
    case .diedRun, .endlessOldRun: .dead
    case .untyped: .untyped
    case .moved: .moved
    case .reappeared: .reappeared
    case .recordedEmpty, .recordedWithoutSize: .size
    case .placeless: .placeless
    case .empty, .link: .unusable
    case .elsewhere, .elsewhereOfOther: .elsewhere
    case .oddStatus: .status
    case .noReceipt: .receipt
    case .strayReceipt, .strayManifest: .stray
    case .partial, .oldPartial, .incomplete, .trash: .leftover
    case .notes: .unknown
    case .foreignFolder, .foreignRows: .orphan
    case .slash, .hidden, .recentOldRun, .failed, .exported: nil
    }
  }

  /// Does it to a bench whose sections are `web1` and `web2`.
  func happen(to bench: Bench, hours: Int) async throws {
    let name = Bench.name(hours: hours)
    let place = "\(bench.base)/web1/\(name)"
    func change(_ assignments: String) async throws {
      try await bench.sqlite(
        "UPDATE stats SET \(assignments) WHERE backup_location='\(place)';")
    }
    func run(_ values: String) async throws {
      try await bench.sqlite(
        "INSERT INTO stats (backup_name, backup_start, backup_end, status, TYPE, \(values));")
    }
    let start = Bench.now.adding(seconds: -hours * 3600 + 60).catalogText(in: .utc)
    switch self {
    case .gone: try remove(place)
    case .unregistered:
      try await bench.sqlite("DELETE FROM stats WHERE backup_location='\(place)';")
    case .doubled:
      try await bench.sqlite(
        """
        INSERT INTO stats (backup_name, backup_start, backup_end, status, TYPE, backup_location,
          total_bytes, log) VALUES ('web1', '\(start)', '\(start)', 'OK', '', '\(place)', 5, 'two');
        """)
    case .nonsenseStart: try await change("backup_start='yesterday'")
    case .noEnd: try await change("backup_end=NULL")
    case .diedRun:
      try await run(
        "writer_pid, writer_boot, writer_start) VALUES ('web1', '\(start)', '\(start)',"
          + " 'Running', 'BACKUP', 1, 'boot', 1")
    case .endlessOldRun:
      try await bench.sqlite(
        """
        INSERT INTO stats (backup_name, backup_start, backup_end, status, TYPE) VALUES
          ('web1', '2023-11-01T00:00:\(hours).000001', '', 'Running', 'BACKUP');
        UPDATE stats SET backup_end=backup_start WHERE backup_end='';
        """)
    case .recentOldRun:
      try await run(
        "log) VALUES ('web1', '2023-11-14T20:00:00.000001', '2023-11-14T20:00:00.000001',"
          + " 'Running', 'BACKUP', ''")
    case .untyped: try await change("TYPE=''")
    case .moved: try await change("backup_location='/mnt/old/web1/\(name)/'")
    case .slash: try await change("backup_location=backup_location || '/'")
    case .reappeared: try await change("TYPE='CLEAN'")
    case .recordedEmpty: try await change("total_bytes=0")
    case .recordedWithoutSize: try await change("total_bytes=NULL")
    case .placeless:
      try remove(place)
      try await change("backup_location=''")
    case .empty:
      try remove("\(place)/file")
    case .link:
      try FileManager.default.moveItem(atPath: place, toPath: "\(bench.folder)/\(name)")
      try FileManager.default.createSymbolicLink(
        atPath: place, withDestinationPath: "\(bench.folder)/\(name)")
    case .elsewhere, .elsewhereOfOther:
      let folder = self == .elsewhere ? "\(bench.folder)/old" : "\(bench.base)/web2"
      try makeFolder(folder)
      try FileManager.default.moveItem(atPath: place, toPath: "\(folder)/\(name)")
      try await change("backup_location='\(folder)/\(name)'")
      // It is that other section's to register, too.
      if self == .elsewhereOfOther { try bench.row(.ok, hours: hours, of: "web2") }
    case .nonsenseAlone:
      try await run("log) VALUES ('web1', 'soon', '', 'ERROR', 'BACKUP', ''")
    case .oddStatus: try await change("status='Fine'")
    case .noReceipt: try await change("writer_pid=1, writer_boot='boot', writer_start=1")
    case .strayReceipt: try write("{}", to: "\(bench.base)/web1/.20200101-01h01m01.json")
    case .strayManifest: try write("", to: "\(bench.base)/web1/.20200101-01h01m01.manifest")
    case .partial: try bench.snapshot("20200101-01h01m01.partial")
    case .oldPartial: try bench.snapshot("20200101-01h01m01.rsync")
    case .incomplete: try bench.snapshot("20200101-01h01m01.incomplete")
    case .trash: try bench.snapshot(".trash-20200101-01h01m01")
    case .notes: try write("x", to: "\(bench.base)/web1/notes")
    case .foreignFolder: try makeFolder("\(bench.base)/former")
    case .foreignRows:
      try bench.row(.ok, hours: hours, of: "former")
    case .hidden:
      for name in [".lock", ".progress", ".\(name).pin", ".\(name).json", "lost+found", "lock"] {
        try write("", to: "\(bench.base)/web1/\(name)")
      }
    case .failed:
      try await run("log) VALUES ('web1', '\(start)', '\(start)', 'ERROR', 'BACKUP', 'x'")
    case .exported:
      try bench.row(.ok, hours: hours, location: "/mnt/usb/web1/\(name)/", type: .export)
    }
  }

  private func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }
}
