import Testing

@testable import OutsideWorld

struct ProgressLinesTests {
  @Test(arguments: [
    ("", [], "", ""), ("a\n", [], "a\n", ""), ("a", [], "", "a"), ("a\r", ["a"], "", ""),
    ("a\rb\rc\nd", ["a", "b"], "c\n", "d"), ("\r\r\r", [], "", ""), ("\n\n", [], "\n\n", ""),
    ("a\r\nb\n", ["a"], "\nb\n", ""), ("a\nb\r", ["b"], "a\n", ""),
    ("é\rü\n", ["é"], "ü\n", ""),
  ])
  func `lines that a terminal would overwrite are progress, all else is kept`(
    _ text: String, _ progress: [String], _ kept: String, _ rest: String
  ) {
    for size in [1, 2, 3, 100] {
      let (told, bytes, lines) = take(Array(text.utf8), size)
      #expect(told == progress, "in pieces of \(size)")
      #expect(bytes == Array(kept.utf8), "in pieces of \(size)")
      #expect(lines.rest == Array(rest.utf8), "in pieces of \(size)")
    }
  }

  @Test func `bytes that are no text are kept as they are, and shown as well as can be`() {
    let (told, kept, lines) = take([0xff, 0x0d, 0xfe, 0x0a, 0x00, 0xc3], 1)
    #expect(told == ["\u{fffd}"])
    #expect(kept == [0xfe, 0x0a])
    #expect(lines.rest == [0x00, 0xc3])
  }

  private func take(_ bytes: [UInt8], _ size: Int) -> ([String], [UInt8], ProgressLines) {
    var lines = ProgressLines()
    var (told, kept): ([String], [UInt8]) = ([], [])
    for start in stride(from: 0, to: bytes.count, by: size) {
      let chunk = bytes[start..<min(start + size, bytes.count)]
      kept += lines.take(chunk) { told.append($0) }
    }
    return (told, kept, lines)
  }
}
