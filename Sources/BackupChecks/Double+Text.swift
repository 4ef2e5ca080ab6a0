import TISBackupCore

extension Double {
  /// Seconds for people; whole hours up to four days as administrators write them: `30h`.
  var spanText: String {
    let seconds = Int(exactly: rounded()) ?? .max
    return seconds != 0 && seconds % 3600 == 0 && seconds <= 96 * 3600
      ? "\(seconds / 3600)h" : TimeSpan(seconds: seconds).description
  }

  /// A whole number for people.
  var countText: String { "\(Int64(exactly: rounded()) ?? .max)" }
}
