import TISBackupCore

extension LocalZone {
  /// The rule of Paris in 2026 and 2027: summer time ends on 2026-10-25 and begins on 2027-03-28,
  /// at 01:00 UTC.
  package static let paris = LocalZone { second in
    let (spring26, autumn26, spring27, autumn27) =
      (1_774_746_000, 1_792_890_000, 1_806_195_600, 1_824_944_400)
    let isSummer =
      (spring26..<autumn26).contains(second) || (spring27..<autumn27).contains(second)
    return isSummer ? 7200 : 3600
  }
}
