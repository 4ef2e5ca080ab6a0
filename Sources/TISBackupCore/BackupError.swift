/// Something the operator must hear about, with what to do about it.
///
/// Messages are typed so they are declared next to the code that raises them:
/// extend ``Message`` with a static function instead of writing prose at the throw site.
/// A message is lower case without a final stop, quotes values as 'x' and names section, key and
/// file:line; a hint is one or more full sentences that say what to do.
package struct BackupError: Error, Equatable, Sendable {
  /// A text declared beside the code that raises it.
  package struct Message: Equatable, Sendable, ExpressibleByStringInterpolation {
    package var text: String
    package init(stringLiteral text: String) { self.text = text }
    package init(_ text: String) { self.text = text }
  }

  /// What kind of trouble this is; the numbers are stable, scripts may match on them.
  package enum Code: Int32, Sendable {
    case usage = 1
    case configuration = 10
    case catalog = 11
    case locked = 12
    case driver = 13
    case partial = 14
    case storage = 15
    /// The connection failed or broke: trying again may help.
    case transport = 16
    case interrupted = 17
    case unproven = 18
    /// A time that was given is over.
    case overtime = 19
    /// The other side answers, and lets nobody in: trying again changes nothing.
    case refused = 20
  }

  package var code: Code
  package var message: Message
  package var hint: Message?

  package init(_ code: Code, _ message: Message, hint: Message? = nil) {
    (self.code, self.message, self.hint) = (code, message, hint)
  }
}

extension BackupError: CustomStringConvertible {
  /// The message, and the hint on a line of its own.
  package var description: String { message.text + (hint.map { "\nHINT: \($0.text)" } ?? "") }

  /// The message and the hint on one line, for a log or a monitoring line.
  package var oneLine: String { message.text + (hint.map { "; \($0.text)" } ?? "") }

  /// The same where a section's name stands beside it already, as in its row of the catalog.
  package func oneLine(about section: String) -> String {
    String(oneLine.trimmingPrefix("section [\(section)]: "))
  }
}
