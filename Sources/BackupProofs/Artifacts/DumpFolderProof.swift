import OutsideWorld
import TISBackupCore

/// Folders of database dumps, as good as their worst dump: each must be whole, and end as the
/// program that made it ends one.
package enum DumpFolderProof: ArtifactProof {
  package static let types: [BackupType] = [.mysqlSSH, .pgsqlSSH]

  package static func prove(_ location: String, using world: World) async throws(BackupError)
    -> String?
  {
    var dumps = 0
    for name in DiskLayout.names(in: location) {
      let path = "\(location)/\(name)"
      if name.hasSuffix(DumpFormat.mysql.suffix) {
        try await proveSQL(path)
      } else if name.hasSuffix(DumpFormat.postgresqlCustom.suffix) {
        try await CustomDump(path: path).prove(using: world)
      } else {
        continue
      }
      dumps += 1
    }
    guard dumps > 0 else { throw BackupError(.unproven, .noDumps(location)) }
    return "\(dumps) \(dumps == 1 ? "dump" : "dumps") whole and complete"
  }

  /// Inflates a dump to its end, and looks at how it begins and ends.
  private static func proveSQL(_ path: String) async throws(BackupError) {
    let edges = try await GzipReader(path: path).edges()
    guard let format = DumpFormat(of: edges), format.suffix == DumpFormat.mysql.suffix else {
      throw BackupError(.unproven, .noDump(path))
    }
    if let flaw = format.flaw(of: edges) { throw BackupError(.unproven, .flawed(path, flaw)) }
  }
}

extension BackupError.Message {
  fileprivate static func noDumps(_ location: String) -> Self { "'\(location)' holds no dump" }
  fileprivate static func noDump(_ path: String) -> Self {
    "'\(path)' does not begin as a dump does"
  }
  fileprivate static func flawed(_ path: String, _ flaw: String) -> Self { "'\(path)' \(flaw)" }
}
