/// Something in the ini file that is wrong, or looks wrong, and where.
package struct ConfigurationProblem: Sendable, Equatable {
  package enum Severity: String, Sendable, Comparable {
    case warning, error

    package static func < (one: Severity, other: Severity) -> Bool {
      one == .warning && other == .error
    }
  }

  package var severity: Severity
  /// The section it belongs to; nil for the file as a whole and for `[global]`.
  package var section: String?
  /// `file:line`; nil where the message names it itself.
  package var place: String?
  package var message: String
  package var hint: String?

  package init(
    _ severity: Severity, section: String? = nil, place: String?, _ message: String,
    hint: String? = nil
  ) {
    (self.severity, self.section, self.place) = (severity, section, place)
    (self.message, self.hint) = (message, hint)
  }

  /// The whole sentence on one line.
  package var description: String { located + (hint.map { "; \($0)" } ?? "") }

  /// The same as an error that stops the work on that section.
  package var error: BackupError {
    BackupError(.configuration, .init(located), hint: hint.map { .init($0) })
  }

  private var located: String {
    guard let place else { return message }
    return section.map { "\(place): section [\($0)]: \(message)" } ?? "\(place): \(message)"
  }
}
