/// Names that every monitoring server and shell takes for a name.
///
/// Sections with other characters are wrong in the ini, and still have to show up.
package enum SafeName {
  /// The name with everything but `A-Z a-z 0-9 _ . -` as `_`.
  package static func service(_ name: String) -> String {
    replaced(name, by: "_", allowing: "_.-")
  }

  /// The same for a host, where an IPv6 address may have its colons.
  package static func host(_ name: String) -> String {
    replaced(name, by: "_", allowing: "_.-:")
  }

  /// A pattern of `--section` that matches the name: itself where it can be written as it is.
  ///
  /// A comma would make two names of it, and some characters mean something to a monitoring
  /// server, a shell, or the pattern itself.
  package static func pattern(_ name: String) -> String {
    replaced(name, by: "*", allowing: "_.-")
  }

  /// The name, or the name with the first number that nobody has yet.
  static func unique(_ name: String, among taken: inout Set<String>) -> String {
    var candidate = name
    var number = 2
    while !taken.insert(candidate.lowercased()).inserted {
      candidate = "\(name)_\(number)"
      number += 1
    }
    return candidate
  }

  private static func replaced(
    _ name: String, by other: Character, allowing marks: String
  ) -> String {
    String(
      name.map { character in
        let isPlain = character.isASCII && (character.isLetter || character.isNumber)
        return isPlain || marks.contains(character) ? character : other
      })
  }
}
