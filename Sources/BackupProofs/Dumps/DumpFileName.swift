import TISBackupCore

/// The name of a database as part of a file name, and back.
///
/// TISBackup takes it as it stands, and so do we, save what a file name cannot hold or what would
/// make it another file: those bytes become `%XX`.
package enum DumpFileName {
  /// What stands where the name of a database does for the roles of a PostgreSQL server.
  package static let globals = "globals"

  /// `reserved` is a name that stands for something else in the same folder.
  package static func escape(_ database: String, reserved: String? = nil) -> String {
    var name = ""
    for (index, scalar) in database.unicodeScalars.enumerated() {
      let isSpecial =
        scalar == "/" || scalar == "%" || scalar.value < 0x20 || scalar.value == 0x7f
        || (index == 0 && (scalar == "." || database == reserved))
      if isSpecial {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        name += "%" + (digits.count < 2 ? "0" : "") + digits
      } else {
        name.unicodeScalars.append(scalar)
      }
    }
    return name
  }

  /// The database of an escaped name; one that TISBackup wrote comes back as it is, unless it holds
  /// a `%` with two digits after it.
  package static func unescape(_ name: some StringProtocol) -> String {
    var bytes: [UInt8] = []
    var rest = Array(name.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let code = HexText.byte(rest[rest.startIndex], rest[rest.startIndex + 1])
      {
        bytes.append(code)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
