/// Yes or no, as an ini file says it.
package enum YesNo {
  /// `yes true t 1` are true, `no false f 0` are false, in any case; nil for any other word.
  package static func parse(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "yes", "true", "t", "1": true
    case "no", "false", "f", "0": false
    default: nil
    }
  }

  /// What TISBackup makes of a word: whatever does not say yes is a no.
  package static func legacy(_ text: String) -> Bool { parse(text) ?? false }
}
