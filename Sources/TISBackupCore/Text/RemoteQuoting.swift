/// Makes words safe for a POSIX shell on another machine: the only place where that is done.
///
/// ssh hands one line to the login shell of the other side, so every word that is sent must pass
/// through here, however harmless it looks.
package enum RemoteQuoting {
  /// `word` as a shell must read it to get exactly `word`.
  ///
  /// Words of letters, digits and `@+:,./_-` stay bare, and `=` does in options (elsewhere it
  /// could be taken for an assignment). A NUL is dropped: no argument can hold one, and the other
  /// side would lose all that follows it.
  package static func quote(_ word: String) -> String {
    let word = word.utf8.contains(0) ? String(word.filter { $0 != "\0" }) : word
    guard !isSafe(word) else { return word }
    var quoted = "'"
    for scalar in word.unicodeScalars {
      // A quote cannot stand between quotes: close, say it with a backslash, open again.
      if scalar == "'" { quoted += "'\\''" } else { quoted.unicodeScalars.append(scalar) }
    }
    return quoted + "'"
  }

  /// A command line of quoted words.
  package static func command(_ words: [String]) -> String {
    words.map(quote).joined(separator: " ")
  }

  private static func isSafe(_ word: String) -> Bool {
    let isOption = word.utf8.first == UInt8(ascii: "-")
    return !word.isEmpty
      && word.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        case UInt8(ascii: "="): isOption
        default: "@+:,./_-".utf8.contains(byte)
        }
      }
  }
}
