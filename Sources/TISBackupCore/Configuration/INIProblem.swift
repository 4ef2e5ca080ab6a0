/// Something in an ini file that could not be read, or was read and looks wrong.
package struct INIProblem: Sendable, Equatable {
  /// Whether what was read can be relied on.
  package enum Severity: Sendable {
    /// The section, or the file, cannot be relied on.
    case error
    /// It was read, perhaps not as it was meant.
    case warning
  }

  /// Counted from 1.
  package var line: Int
  /// The section it belongs to; nil when it concerns the file, `[DEFAULT]` included.
  package var section: String?
  package var severity: Severity
  /// Lower case, without a final stop, without file, line and section.
  package var message: String
  /// Full sentences that say what to do.
  package var hint: String?

  package init(
    line: Int, section: String? = nil, _ severity: Severity, _ message: String, hint: String? = nil
  ) {
    (self.line, self.section, self.severity) = (line, section, severity)
    (self.message, self.hint) = (message, hint)
  }
}
