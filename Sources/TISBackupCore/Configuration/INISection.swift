/// One `[name]` of an ini file with everything under it, also when it was given in several parts.
package struct INISection: Sendable, Equatable {
  /// The text between the brackets, letter by letter.
  package var name: String
  /// The line of its first header, counted from 1.
  package var line: Int
  /// Every entry in the order of the file; a key that was given twice is here twice.
  package var entries: [INIEntry]

  package init(name: String, line: Int, entries: [INIEntry] = []) {
    (self.name, self.line, self.entries) = (name, line, entries)
  }

  /// The entry that counts for `key`, in any case: the last one.
  package subscript(key: String) -> INIEntry? { entries.last(of: key) }
}

extension [INIEntry] {
  /// The entry that counts when `key`, in any case, is given several times.
  func last(of key: String) -> INIEntry? {
    let key = key.lowercased()
    return last { $0.key == key }
  }
}
