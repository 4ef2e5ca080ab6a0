/// The lines of an ini file, decoded.
struct INIText {
  let lines: [String]
  private(set) var problems: [INIProblem] = []

  /// Splits where Python does: after LF, CR LF, or a CR alone.
  init(_ bytes: [UInt8]) {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let raw = Self.split(bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...])
    let decoded = raw.map { String(validating: $0, as: UTF8.self) }
    guard let foreign = decoded.firstIndex(where: { $0 == nil }) else {
      lines = decoded.compactMap { $0 }
      return
    }
    // Inis from before UTF-8: in Latin-1 every byte is a letter, and the same one in Unicode.
    lines = raw.map { line in String(String.UnicodeScalarView(line.map { Unicode.Scalar($0) })) }
    problems = [
      INIProblem(
        line: foreign + 1, .warning, "is not UTF-8; the whole file is read as Latin-1",
        hint: "Save the file as UTF-8.")
    ]
  }

  private static func split(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    let (lineFeed, carriageReturn): (UInt8, UInt8) = (0x0a, 0x0d)
    var lines: [ArraySlice<UInt8>] = []
    var rest = bytes
    while let end = rest.firstIndex(where: { $0 == lineFeed || $0 == carriageReturn }) {
      lines.append(rest[..<end])
      let isPair = rest[end] == carriageReturn && rest[end...].dropFirst().first == lineFeed
      rest = rest[end...].dropFirst(isPair ? 2 : 1)
    }
    return lines + [rest]
  }
}
