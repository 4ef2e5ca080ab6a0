/// Texts in the configuration language of Icinga 2: the only place where they are made safe.
enum IcingaText {
  /// A string of the language, with its quotes.
  static func quote(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case let other where other.value < 0x20 || other.value == 0x7F: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// The same for a value in which macros are resolved: `$` stands for itself only when doubled.
  static func quoteValue(_ text: String) -> String {
    quote(text.split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$"))
  }
}
