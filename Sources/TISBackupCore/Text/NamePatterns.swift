/// Reads a list of names with wildcards: `a,b*`, or quoted where a name holds a comma or a blank at
/// its edge: `"a,b","c"`.
package enum NamePatterns {
  package static func parse(_ text: String) throws(BackupError) -> [String] {
    let trimmed = text.drop(while: \.isWhitespace)
    if trimmed.first == "\"" || trimmed.first == "'" { return try QuotedList.parse(text) }
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map { piece in
      String(piece.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
    guard !names.contains("") else {
      throw BackupError(.configuration, .emptyName, hint: .form)
    }
    return names
  }
}

extension BackupError.Message {
  fileprivate static let emptyName: Self = "has an empty name"
  fileprivate static let form: Self = "Write names as a,b* or \"a\",\"b,c\"."
}
