/// Reads `exclude_list`: the patterns rsync leaves out.
///
/// TISBackup evaluates the value as a Python list, or takes it apart when it holds `--exclude`;
/// both ways of writing are read here, and nothing is ever evaluated.
package enum ExcludeList {
  /// The patterns in their order, rid of quotes; empty for an empty text.
  ///
  /// Takes `"a","b*",'c'`, with Python's `\\`, `\"`, `\'` and `r"..."`, and the older
  /// `--exclude=a --exclude "b c"`. Throws, with the position, when it is neither.
  package static func parse(_ text: String) throws(BackupError) -> [String] {
    guard text.contains("--exclude") else { return try QuotedList.parse(text) }
    do throws(BackupError) {
      // A pattern may contain the word, too.
      return try QuotedList.parse(text)
    } catch {
      return try options(text)
    }
  }

  /// The patterns of `--exclude=a --exclude "b c" d`: every word that is not the option itself.
  private static func options(_ text: String) throws(BackupError) -> [String] {
    let option = "--exclude"
    return try words(text).compactMap { word in
      if word == option { return nil }
      let isJoined = word.hasPrefix(option + "=")
      let pattern = unquoted(word.dropFirst(isJoined ? option.count + 1 : 0))
      return pattern.isEmpty ? nil : pattern
    }
  }

  /// Splits at white space outside double quotes; other signs are part of the patterns.
  private static func words(_ text: String) throws(BackupError) -> [String] {
    var words = [String.UnicodeScalarView()]
    var opening: Int?
    for (index, scalar) in text.unicodeScalars.enumerated() {
      switch scalar {
      case "\"": opening = opening == nil ? index + 1 : nil
      case _ where opening == nil && scalar.properties.isWhitespace: words.append(.init())
      default: words[words.count - 1].append(scalar)
      }
    }
    if let opening { throw BackupError(.configuration, .openQuote(opening), hint: .rightForm) }
    return words.map { String($0) }
  }

  /// Takes off single quotes around a whole pattern; one inside it is an apostrophe.
  private static func unquoted(_ pattern: Substring) -> String {
    guard pattern.count > 1, pattern.first == "'", pattern.last == "'" else {
      return String(pattern)
    }
    return String(pattern.dropFirst().dropLast())
  }
}

extension BackupError.Message {
  fileprivate static func openQuote(_ position: Int) -> Self {
    "the quote \" at character \(position) is not closed"
  }
  fileprivate static let rightForm: Self = "Write --exclude=\"a b\" --exclude=c, or \"a b\",\"c\"."
}
