import TISBackupCore

/// The files of one archive: `NAME.tar.00`, `NAME.tar.01`, which read one after the other are it.
struct ArchiveParts: Sendable {
  /// Parts of a folder, in their order, by their paths.
  static func paths(in folder: String) -> [String] {
    DiskLayout.names(in: folder).filter { $0.contains(".tar.") }.map { "\(folder)/\($0)" }
  }
}
