/// One `key = value` of an ini file, as it was written.
package struct INIEntry: Sendable, Equatable {
  /// In lower case, as keys are compared.
  package var key: String
  /// Trimmed and not interpolated; the lines of a value that goes on are joined by a newline.
  package var value: String
  /// The line of the file the key stands in, counted from 1.
  package var line: Int

  package init(key: String, value: String, line: Int) {
    (self.key, self.value, self.line) = (key, value, line)
  }
}
