/// The newest word on whether a backup can be restored.
package struct BackupProof: Sendable, Equatable {
  /// When the proof was made.
  package var time: Instant
  /// Whether the backup passed; nothing but `OK` does.
  package var isGood: Bool
  /// Seconds its last restore test took to load it; nil when there was none.
  package var restoreSeconds: Double?

  package init(time: Instant, isGood: Bool) { (self.time, self.isGood) = (time, isGood) }

  /// From the columns of the catalog; nil where there is no proof.
  init?(verifiedAt: String?, status: String?, in zone: LocalZone) {
    guard let time = verifiedAt.flatMap({ Instant(catalogText: $0, in: zone) }) else { return nil }
    self.init(time: time, isGood: status == RunStatus.ok.catalogText)
  }
}
