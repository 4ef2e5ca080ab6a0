/// A row of a catalog as it stands, for who compares, mends or carries over a whole catalog: also
/// what nobody can read has to be told there.
package struct CatalogRow: Sendable, Equatable {
  /// Finds the row again while nobody else writes to the file: `VACUUM` renumbers.
  package var id: Int64
  package var section: String
  package var startText: String?
  package var endText: String?
  package var status: RunStatus
  /// Empty in rows of TISBackup's own registration.
  package var typeText: String?
  package var location: String?
  /// Size of the whole backup, in bytes.
  package var bytes: Int64?
  /// Who wrote the row, when it was one of our tools.
  package var writer: ProcessIdentity?

  package init(id: Int64, section: String, status: RunStatus = .ok) {
    (self.id, self.section, self.status) = (id, section, status)
  }

  package var type: RecordType { RecordType(catalogText: typeText) }

  /// When it began; nil where that is no time.
  package func start(in zone: LocalZone) -> Instant? {
    startText.flatMap { Instant(catalogText: $0, in: zone) }
  }

  /// When it ended; nil where that is no time.
  package func end(in zone: LocalZone) -> Instant? {
    endText.flatMap { Instant(catalogText: $0, in: zone, notBefore: start(in: zone)) }
  }

  /// The name on disk of what it stands for; nil where its location can be no backup's.
  package var artifactName: String? {
    guard let location, type != .export else { return nil }
    let name = DiskPath.name(of: DiskPath.trimmed(location))
    return ["", ".", ".."].contains(name) ? nil : name
  }

  /// Whether it says that a backup is there: complete, or complete but for a part.
  package var claimsBackup: Bool {
    type == .backup && [.ok, .warning].contains(status)
  }

  /// Whether it claims to run although the process that wrote it is gone.
  package func isDead(isAlive: (ProcessIdentity) -> Bool) -> Bool {
    guard status == .running, let writer else { return false }
    return !isAlive(writer)
  }
}
