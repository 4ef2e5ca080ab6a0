import TISBackupCore

/// A stranger's text for a line of ours: no controls, and not more than fits.
enum ExportText {
  private static let limit = 60

  static func shown(_ text: String) -> String {
    String(
      Terminal.clean(text).split(whereSeparator: \.isNewline).joined(separator: " ").prefix(limit))
  }

  /// The same of bytes, up to the first that is zero.
  static func shown(_ bytes: [UInt8]) -> String {
    shown(String(decoding: bytes.prefix(4 * limit).prefix { $0 != 0 }, as: UTF8.self))
  }
}
