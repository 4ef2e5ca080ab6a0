import BackupChecks
import TISBackupCore

/// The free space of the backups, and how long it lasts.
struct SpaceView: Sendable {
  /// `1.2 TiB of 4.0 TiB free on /backup/data`.
  let free: String
  /// Percent that are used; nil when nobody could tell.
  let share: Int?
  let trend: String

  /// `writtenByDay` are the bytes of the last days, today's last: it is not over, and does not count.
  init(_ facts: SpaceFacts, writtenByDay: [Int64]) {
    guard let space = facts.space, space.totalBytes > 0 else {
      (free, share) = (facts.problem, nil)
      trend = "Nobody could tell."
      return
    }
    free =
      "\(ByteCount(space.availableBytes)) of \(ByteCount(space.totalBytes)) free on \(facts.path)"
    share = space.percentFree.map { Int((100 - $0).rounded()) }
    trend = Self.trend(space.availableBytes, writtenByDay.dropLast().suffix(14))
  }

  private static func trend(_ free: Int64, _ days: ArraySlice<Int64>) -> String {
    let daily = days.isEmpty ? 0 : days.reduce(0, +) / Int64(days.count)
    guard daily > 0 else { return "Nothing was stored in the last two weeks." }
    let left = free / daily
    return "\(ByteCount(daily)) are stored anew each day: if nothing were removed, "
      + (left > 3650 ? "it would last more than ten years." : "it would last \(left) days.")
  }
}
