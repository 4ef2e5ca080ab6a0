/// The name of a host or service with places for what differs: `backup-{section}`.
package struct NameTemplate: Sendable, Equatable {
  /// The words that may stand between braces.
  package static let words = ["section", "server_name", "type", "backup_host"]

  package let text: String

  package init(_ text: String) { self.text = text }

  /// A word between braces that means nothing; nil when all do.
  package var unknownWord: String? {
    parts.lazy.compactMap { part in
      if case .word(let word) = part, !Self.words.contains(word) { word } else { nil }
    }.first
  }

  /// Whether a brace is opened and never closed.
  package var isUnclosed: Bool {
    if case .text(let rest) = parts.last { rest.contains("{") } else { false }
  }

  /// The name, with every word replaced by its value; an unknown one stays as it is.
  package func filled(_ values: [String: String]) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .word(let word): values[word] ?? "{\(word)}"
      }
    }.joined()
  }

  private enum Part {
    case text(String)
    case word(String)
  }

  private var parts: [Part] {
    var parts: [Part] = []
    var rest = text[...]
    while let open = rest.firstIndex(of: "{"),
      let close = rest[open...].firstIndex(of: "}")
    {
      parts.append(.text(String(rest[..<open])))
      parts.append(.word(String(rest[rest.index(after: open)..<close])))
      rest = rest[rest.index(after: close)...]
    }
    return parts + [.text(String(rest))]
  }
}
