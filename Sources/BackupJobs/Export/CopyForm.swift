import Glibc
import TISBackupCore

/// How a backup lies on a target.
package enum CopyForm: Sendable, Equatable {
  /// As it is, with everything that belongs to it.
  case whole
  /// Files and folders alone: there is nothing more to them.
  case plain
  /// One archive, in parts: the target would lose owners, modes, links or names.
  case archive

  /// FAT has no larger files than this.
  static let largestFile: Int64 = (4 << 30) - 1

  /// The form that loses nothing.
  ///
  /// A folder of dumps is the same on any disk; a machine without its owners and links is no backup of
  /// one, so where the target keeps none, it becomes an archive that does.
  /// `isTree` is for a backup of files, all of which may matter.
  static func of(_ source: String, isTree: Bool, on abilities: TargetAbilities)
    throws(BackupError) -> CopyForm
  {
    guard !abilities.keepsMetadata else { return .whole }
    guard !isTree else { return .archive }
    var status = stat()
    guard stat(source, &status) == 0 else { throw .system("cannot look at '\(source)'") }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      let isPlain = isPortable(Array(DiskPath.name(of: source).utf8))
      return isPlain && Int64(status.st_size) <= largestFile ? .plain : .archive
    }
    var isPlain = true
    var names: Set<String> = []
    try FileTree.walk(source, into: { _ in false }) { entry, visit in
      guard visit == .enter, isPlain else { return }
      // No dump has folders in it.
      isPlain =
        entry.isFile && Int64(entry.status.st_size) <= largestFile && isPortable(entry.path)
        && names.insert(String(decoding: entry.path, as: UTF8.self).lowercased()).inserted
    }
    return isPlain && !names.isEmpty ? .plain : .archive
  }

  /// Whether every file system has such a name.
  private static func isPortable(_ name: [UInt8]) -> Bool {
    guard let last = name.last, last != 0x2e, last != 0x20 else { return false }
    return name.allSatisfy { (0x20...0x7e).contains($0) && !Array(#"<>:"/\|?*"#.utf8).contains($0) }
  }
}
