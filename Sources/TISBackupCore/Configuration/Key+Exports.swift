extension Key {
  /// Of `[global]` alone: the disks that take turns in the drawer.
  package static let exportDisks = Key.optional(
    "export_disks", .names,
    "disks that take turns as targets of exports, by label or UUID: of tisbackup-export without -x or --disk"
  )
  package static let maximumDiskAge = Key.optional(
    "maximum_disk_age", .span(.hours),
    "one of these disks whose backups are older than this is CRITICAL")
}

extension Configuration {
  /// The disks that take turns as targets of exports, by label or UUID; empty where none are named.
  package var exportDisks: [String] {
    global(.exportDisks).flatMap { try? NamePatterns.parse($0) } ?? []
  }

  /// Seconds after which a disk should have been in turn again; nil where nobody asks.
  package var maximumDiskAge: Int? {
    global(.maximumDiskAge).flatMap { TimeSpan($0, bareUnit: .hours)?.seconds }
  }
}
