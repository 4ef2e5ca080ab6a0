/// Splits a command line into words as a POSIX shell would, and does nothing else a shell does.
///
/// Nothing is expanded, neither variables nor patterns nor `~`: the words are for a program that is
/// started without a shell.
package enum ShellWords {
  /// The words of `line`, rid of their quotes: `a 'b c' "d \"e"` gives `a`, `b c` and `d "e`.
  ///
  /// Throws when a quote is not closed, or a backslash has nothing after it.
  package static func split(_ line: String) throws(BackupError) -> [String] {
    let lexer = ShellLexer(line)
    if let opening = lexer.openQuote {
      throw BackupError(.configuration, .openQuote(opening), hint: .closeQuote)
    }
    guard !lexer.isEscaped else {
      throw BackupError(.configuration, .looseBackslash, hint: .doubleBackslash)
    }
    return lexer.words
  }

  /// The first sign of a line that only a shell can run, so that the caller can refuse it.
  ///
  /// `|`, `;`, `&`, `<` and `>` outside quotes; a backtick, or a `$` that begins `$(`, `${` or
  /// `$name`, also between double quotes, as there too a shell would replace it. Nil when there
  /// is none.
  package static func unquotedOperator(in line: String) -> Character? {
    ShellLexer(line).shellSign.map(Character.init)
  }
}

extension BackupError.Message {
  fileprivate static func openQuote(_ opening: ShellLexer.Quote) -> Self {
    "the quote \(opening.mark) at character \(opening.position) is not closed"
  }
  fileprivate static let closeQuote: Self =
    "Close it, or write a backslash before it where it is meant to be part of a word."
  fileprivate static let looseBackslash: Self = "the backslash at the end has nothing after it"
  fileprivate static let doubleBackslash: Self = "Write '\\\\' for a backslash."
}
