import TISBackupCore

/// The files of one archive: `NAME.tar.0000`, `NAME.tar.0001`, which read one after the other are it.
///
/// Four digits, so that a shell which sorts the names has them in order up to 40 TB.
struct ArchiveParts: Sendable {
  private static let digits = 4
  private static let middle = ".tar."

  /// The name of the part of a number, from 0 on.
  static func name(_ number: Int, of name: String) -> String {
    name + middle + padded(number, digits)
  }

  /// Parts in a folder, in their order, by their paths; a backup may hold files of similar names.
  static func paths(in folder: String) -> [String] {
    DiskLayout.names(in: folder).filter { name in
      let number = name.suffix(digits)
      return number.allSatisfy { $0.isASCII && $0.isNumber }
        && name.dropLast(digits).hasSuffix(middle)
    }.map { "\(folder)/\($0)" }
  }
}
