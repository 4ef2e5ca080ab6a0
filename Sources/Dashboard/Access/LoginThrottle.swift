import Synchronization
import TISBackupCore

/// Makes guessing slow: after some failures, each further one doubles the time until the next try.
///
/// For each name and for each address, so that neither many names from one address nor many addresses
/// for one name are any faster.
final class LoginThrottle: Sendable {
  private struct Failures {
    var count = 0
    var last: Instant
  }

  /// So many are free, for people mistype.
  private static let free = 5
  /// Seconds of the longest wait; as long after the last failure all is forgotten.
  private static let longest = 900
  /// Names and addresses that are remembered; beyond, the oldest are forgotten.
  private static let limit = 10_000

  private let failures = Mutex<[String: Failures]>([:])

  /// Seconds until somebody may try again; zero when he may now, which counts as a failure until
  /// ``noteSuccess(_:from:)`` is told: many tries at once are no faster than one after the other.
  func admit(_ user: String, from address: String, at now: Instant) -> Int {
    failures.withLock { failures in
      let keys = Self.keys(user, address)
      let wait =
        keys.compactMap { key in
          failures[key].map { Self.delay(of: $0.count) - now.seconds(since: $0.last) }
        }.max().map { max(0, $0) } ?? 0
      guard wait == 0 else { return wait }
      for key in keys {
        var known = failures[key] ?? Failures(last: now)
        if now.seconds(since: known.last) > Self.longest { known.count = 0 }
        known.count += 1
        known.last = now
        failures[key] = known
      }
      while failures.count > Self.limit,
        let oldest = failures.min(by: { $0.value.last < $1.value.last })
      {
        failures[oldest.key] = nil
      }
      return 0
    }
  }

  func noteSuccess(_ user: String, from address: String) {
    failures.withLock { failures in
      for key in Self.keys(user, address) { failures[key] = nil }
    }
  }

  private static func keys(_ user: String, _ address: String) -> [String] {
    ["user \(user)", "address \(address)"]
  }

  private static func delay(of count: Int) -> Int {
    count < free ? 0 : min(longest, 1 << min(count - free, 10))
  }
}
