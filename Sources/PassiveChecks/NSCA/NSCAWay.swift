import OutsideWorld
import TISBackupCore

/// How packets are made and sent: by ourselves, or by send_nsca.
protocol NSCAWay: Sendable {
  /// How many of the results that are left go at once, at least 1.
  func share(of results: ArraySlice<PassiveResult>, isFirst: Bool) -> Int

  /// Sends results and gives the number of those, from the first on, that are with the daemon;
  /// throws what stands in the way of them all.
  ///
  /// A wrong password is wrong for every result, so that it is enough to look for it while
  /// `isFirst`.
  func send(
    _ results: ArraySlice<PassiveResult>, isFirst: Bool, until end: ContinuousClock.Instant,
    using world: World
  ) async throws(BackupError) -> Int
}
