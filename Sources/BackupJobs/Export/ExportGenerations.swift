import TISBackupCore

/// The copies of one section on a target that are finished.
struct ExportGenerations {
  /// `YYYYMMDD-HHhMMmSS`, oldest first.
  let names: [String]

  init(_ folder: String, zone: LocalZone) {
    names = DiskLayout.names(in: folder).filter { SnapshotName.start(of: $0, in: zone) != nil }
  }
}
