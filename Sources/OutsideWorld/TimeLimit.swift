import TISBackupCore

/// Why a program was ended: whose time was over, in seconds.
package enum TimeLimit: Sendable, Hashable {
  /// That of the program itself.
  case program(Int)
  /// That of the whole run it is a part of: the key `timeout`.
  case run(Int)
  /// That in which something has to come: the key `idle_timeout`.
  case silence(Int)
}

extension TimeLimit: CustomStringConvertible {
  /// The end of a sentence about the program: `ended after the limit of 2m`.
  package var description: String {
    switch self {
    case .program(let seconds): "ended after the limit of \(TimeSpan(seconds: seconds))"
    case .run(let seconds):
      "ended when the run had taken its timeout of \(TimeSpan(seconds: seconds))"
    case .silence(let seconds):
      "ended because nothing came for idle_timeout, \(TimeSpan(seconds: seconds))"
    }
  }
}
