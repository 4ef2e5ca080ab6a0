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

  private struct State {
    var failures: [String: Failures] = [:]
    /// Who has come in from where: nobody else's failures keep him out there.
    var known: Set<[String]> = []
  }

  private let state = Mutex(State())

  /// Seconds until somebody may try again; zero when he may now, which counts as a failure until
  /// ``noteSuccess(_:from:)`` is told: many tries at once are no faster than one after the other.
  func admit(_ user: String, from address: String, at now: Instant) -> Int {
    state.withLock { state in
      let isKnown = state.known.contains([user, address])
      let keys = Self.keys(user, address).dropFirst(isKnown ? 1 : 0)
      let wait =
        keys.compactMap { key in
          state.failures[key].map { Self.delay(of: $0.count) - now.seconds(since: $0.last) }
        }.max().map { max(0, $0) } ?? 0
      guard wait == 0 else { return wait }
      for key in keys {
        var failures = state.failures[key] ?? Failures(last: now)
        if now.seconds(since: failures.last) > Self.longest { failures.count = 0 }
        failures.count += 1
        failures.last = now
        state.failures[key] = failures
      }
      while state.failures.count > Self.limit,
        let oldest = state.failures.min(by: { $0.value.last < $1.value.last })
      {
        state.failures[oldest.key] = nil
      }
      return 0
    }
  }

  func noteSuccess(_ user: String, from address: String) {
    state.withLock { state in
      for key in Self.keys(user, address) { state.failures[key] = nil }
      if state.known.count < Self.limit { state.known.insert([user, address]) }
    }
  }

  private static func keys(_ user: String, _ address: String) -> [String] {
    ["user \(user)", "address \(address)"]
  }

  private static func delay(of count: Int) -> Int {
    count < free ? 0 : min(longest, 1 << min(count - free, 10))
  }
}
