import Monitoring
import TISBackupCore

/// Texts in the object files of Nagios: the only place where they are made safe.
enum NagiosText {
  /// A part of a `check_command`: `;` would begin a comment, `!` the next argument, `$` a macro.
  static func argument(_ text: String) -> String {
    var result = ""
    for character in PluginText.clean(text) {
      switch character {
      case "\\": result += "\\\\"
      case "!": result += "\\!"
      case "$": result += "$$"
      case ";": result += "\\;"
      default: result.append(character)
      }
    }
    return result
  }

  /// A text for people, on a page that takes it for HTML; nothing escapes it there.
  static func prose(_ text: String) -> String {
    var result = ""
    for character in PluginText.clean(text) {
      switch character {
      case ";": result += ","
      case "\\": result += "/"
      case "<": result += "("
      case ">": result += ")"
      case "&": result += "+"
      case "$": result += "$$"
      default: result.append(character)
      }
    }
    return result
  }
}

extension NagiosText {
  /// Why an object file cannot say this name, although a server could have it.
  ///
  /// `null` there means "without", and `+` before a host adds it to those of the template.
  static func problem(_ name: AnnouncedName) -> String? {
    if [name.host, name.service].contains("null") {
      return "'null' means none in an object file; choose another name"
    }
    return name.host.hasPrefix("+")
      ? "the host '\(name.host)' begins with a '+'; choose another name" : nil
  }
}

/// One `define` of an object file.
struct NagiosObject {
  private var kind: String
  private var fields: [(name: String, value: String)]

  init(_ kind: String, _ fields: [(name: String, value: String)]) {
    (self.kind, self.fields) = (kind, fields)
  }

  var text: String {
    let width = (fields.map(\.name.count).max() ?? 0) + 2
    let lines = fields.map { name, value in
      "  \(name)\(String(repeating: " ", count: width - name.count))\(value)\n"
    }
    return "define \(kind) {\n\(lines.joined())}\n"
  }
}
