/// The four outcomes a monitoring plugin may report; the raw value is its exit status.
///
/// The numbers are those of the Monitoring Plugins guidelines. Anything else makes Nagios say
/// "return code out of bounds" and throw the text away.
package enum CheckState: Int32, Sendable, CaseIterable {
  case ok, warning, critical, unknown

  /// The state of that name, `OK` or `warning`, in any case; nil for any other text.
  package init?(name: String) {
    guard let state = Self.allCases.first(where: { $0.name == name.uppercased() }) else {
      return nil
    }
    self = state
  }

  /// The word of the guidelines: OK, WARNING, CRITICAL or UNKNOWN.
  package var name: String {
    switch self {
    case .ok: "OK"
    case .warning: "WARNING"
    case .critical: "CRITICAL"
    case .unknown: "UNKNOWN"
    }
  }

  /// The state of a whole: critical, then unknown, then warning, then ok.
  ///
  /// Known trouble is never hidden by ignorance, nor ignorance by a mere warning. Nothing to judge
  /// is unknown, because a check that looked at nothing must not be green.
  package static func worst(_ states: some Sequence<CheckState>) -> CheckState {
    states.max { $1.isWorse(than: $0) } ?? .unknown
  }

  /// Tells whether this state outranks the other in the order of ``worst(_:)``.
  package func isWorse(than other: CheckState) -> Bool { severity > other.severity }

  private var severity: Int {
    switch self {
    case .ok: 0
    case .warning: 1
    case .unknown: 2
    case .critical: 3
    }
  }
}

extension CheckState: CustomStringConvertible {
  package var description: String { name }
}
