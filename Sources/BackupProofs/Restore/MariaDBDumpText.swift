/// What the text of mysqldump promises, read while it passes by.
///
/// Only the beginnings of lines are looked at: mysqldump escapes line ends in everything that is
/// data, and sets the bodies of routines, triggers and events apart by another delimiter.
struct MariaDBDumpText: DumpText {
  /// A user that views or routines are to run as.
  struct Definer: Hashable, Sendable {
    var user: String
    var host: String
  }

  /// As much of a line as anything is known by.
  private static let prefixBytes = 200
  /// Nobody has more; a hostile dump may.
  private static let mostDefiners = 200

  /// Tables that the dump creates.
  private(set) var tables: Int64 = 0
  /// The server that made it, as it calls itself; `8.0.36`, `10.11.6-MariaDB-log`.
  private(set) var version: String?
  private(set) var definers: Set<Definer> = []
  /// Whether the line was there that mysqldump ends with.
  private(set) var isComplete = false

  private var line: [UInt8] = []
  private var isInBody = false

  mutating func pass(
    _ piece: UnsafeRawBufferPointer, to write: (UnsafeRawBufferPointer) -> Bool
  ) -> Bool {
    var begin = 0
    while let newline = piece.newline(from: begin) {
      keep(piece, begin..<newline)
      judgeLine()
      line.removeAll(keepingCapacity: true)
      begin = newline + 1
    }
    keep(piece, begin..<piece.count)
    return write(piece)
  }

  private mutating func keep(_ piece: UnsafeRawBufferPointer, _ range: Range<Int>) {
    let kept = range.prefix(Self.prefixBytes - line.count)
    line += UnsafeRawBufferPointer(rebasing: piece[kept])
  }

  private mutating func judgeLine() {
    // Most lines are rows.
    guard let first = line.first, first != UInt8(ascii: "("), first != UInt8(ascii: "I") else {
      return
    }
    let text = String(decoding: line, as: UTF8.self)
    if text.hasPrefix("DELIMITER ") {
      isInBody = text != "DELIMITER ;"
    } else if !isInBody && text.hasPrefix("CREATE TABLE ") {
      tables += 1
    } else if text.hasPrefix("-- Server version"), version == nil {
      version = text.split(separator: "\t").last.map { String($0) }
    } else if text.hasPrefix("-- Dump completed") {
      isComplete = true
    }
    if text.hasPrefix("/*!") || text.hasPrefix("CREATE ") { findDefiner(in: text) }
  }

  /// ``DEFINER=`user`@`host` ``, as the server writes it.
  private mutating func findDefiner(in text: String) {
    guard definers.count < Self.mostDefiners else { return }
    let words = text.split(separator: "DEFINER=`", maxSplits: 1)
    guard words.count == 2 else { return }
    let parts = words[1].split(separator: "`", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count > 2, parts[1] == "@" else { return }
    definers.insert(Definer(user: String(parts[0]), host: String(parts[2])))
  }
}
