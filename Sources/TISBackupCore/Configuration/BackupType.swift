/// One value of `type=`: the keys it takes and what it leaves on disk.
///
/// This is knowledge of the format, not of the work: the check, the cleanup and the export need it
/// for every type of TISBackup, and must not link a driver.
package struct BackupType: Sendable {
  /// What a finished backup of a type looks like in the folder of its section.
  package enum Artifact: Sendable, Equatable {
    /// Nothing that could be looked for.
    case none
    /// A folder named by its date.
    case folder
    /// A file `<prefix>-<date><suffix>`; without a prefix any non-empty one will do.
    case file(prefix: FilePrefix, suffixes: [String])
  }

  package enum FilePrefix: Sendable, Equatable { case section, any, fixed(String) }

  package var name: String
  /// Other words for the same type in existing ini files.
  package var aliases: [String] = []
  /// One line for `--list-drivers` and the README.
  package var summary: String
  package var keys: [Key]
  package var artifact: Artifact
  /// Whether the folder of a backup is a snapshot of a btrfs subvolume (``DiskLayout/workingSubvolume``).
  package var keepsSubvolumes = false
  /// Whether a section of this type is known, and not backed up by design.
  package var isByDesignWithoutBackup = false

  /// Every key a section of this type may have: the common ones first.
  package var allKeys: [Key] {
    let own = Set(keys.map(\.name))
    return Key.common.filter { !own.contains($0.name) } + keys
  }

  /// The start a name in the folder of a section stands for, or nil when it is not a finished
  /// backup of this type.
  package func start(ofArtifact name: String, section: String, in zone: LocalZone) -> Instant? {
    switch artifact {
    case .none: return nil
    case .folder: return SnapshotName.start(of: name, in: zone)
    case .file(let prefix, let suffixes):
      guard let suffix = suffixes.first(where: name.hasSuffix) else { return nil }
      let stem = name.dropLast(suffix.count)
      let head = stem.dropLast(SnapshotName.length)
      guard head.hasSuffix("-"), prefix.matches(head.dropLast(), section: section) else {
        return nil
      }
      return SnapshotName.start(of: stem.suffix(SnapshotName.length), in: zone)
    }
  }

  /// The same for what is kept of a backup, which may be only a part (``DiskLayout/incompleteSuffix``).
  package func start(ofKept name: String, section: String, in zone: LocalZone) -> Instant? {
    let suffix = DiskLayout.incompleteSuffix
    let finished = name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : name
    return start(ofArtifact: finished, section: section, in: zone)
  }
}

extension BackupType.FilePrefix {
  fileprivate func matches(_ text: Substring, section: String) -> Bool {
    switch self {
    case .section: text == section
    // A hidden one is being removed, or is of our own.
    case .any: !text.isEmpty && !text.hasPrefix(".")
    case .fixed(let word): text == word
    }
  }
}
