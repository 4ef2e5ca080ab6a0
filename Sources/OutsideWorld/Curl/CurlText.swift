import TISBackupCore

/// How curl's configuration, `--config`, is written: one option a line, values in double quotes.
package enum CurlText {
  /// Bytes of a line that every curl reads: 7.73 to 8.1 stop at 100 KiB, with exit 26 (curl issue
  /// 11431).
  package static let lineLimit = 100_000

  /// An option and its value, without the line end.
  package static func line(_ option: String, _ value: String) throws(BackupError) -> String {
    let line = "\(option) = \(try quoted(value))"
    guard line.utf8.count <= lineLimit else {
      throw BackupError(.transport, .tooLong(option, line.utf8.count), hint: .shorten)
    }
    return line
  }

  /// A value between quotes, with the escapes of curl(1), "--config".
  package static func quoted(_ value: String) throws(BackupError) -> String {
    var text = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\0": throw BackupError(.transport, .nul, hint: .takeOut)
      case "\\", "\"": text.unicodeScalars.append(contentsOf: ["\\", scalar])
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }

  /// A path as `cert` takes it, which would read a password after a colon.
  static func fileOfCertificate(_ path: String) -> String {
    path.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
  }
}

extension BackupError.Message {
  fileprivate static func tooLong(_ option: String, _ count: Int) -> Self {
    "the value of curl's option '\(option)' makes a line of \(count) bytes, \(CurlText.lineLimit) at most"
  }
  fileprivate static let shorten: Self = "Shorten it, or send less in one request."
  fileprivate static let nul: Self = "curl cannot be given a value with a NUL in it"
  fileprivate static let takeOut: Self =
    "Take it out of the address, the names, the password or the token."
}
