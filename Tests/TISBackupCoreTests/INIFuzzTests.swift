import TISBackupTestSupport
import Testing

@testable import TISBackupCore

/// No bytes whatever may trap the parser, or make it name a line that is not there.
struct INIFuzzTests {
  private static let pieces = [
    "[web]", "[", "]", "[DEFAULT]", "\n", "\n", "\r\n", "\r", " ", "\t", "key", "Type", "=", ":",
    ";", "#", "%", "%(", "%(key)s", ")s", "%%", "\"", "é", "\u{301}", "\u{a0}", "\0", "\u{feff}",
  ]

  private func expectSound(_ bytes: [UInt8]) {
    let document = INIDocument(parsing: bytes, path: "t.ini")
    let lines = 1 + bytes.count { $0 == 0x0a || $0 == 0x0d }
    #expect(document.problems.allSatisfy { 1...lines ~= $0.line && !$0.message.isEmpty })
    #expect(Set(document.sections.map(\.name)).count == document.sections.count)
    for section in document.sections {
      #expect(1...lines ~= section.line)
      #expect(section.entries.allSatisfy { 1...lines ~= $0.line && !$0.key.isEmpty })
      #expect(!section.entries.contains { $0.value.utf8.contains(0) })
      for entry in section.entries { expectValueOrPlace(of: entry.key, in: section, document) }
    }
  }

  private func expectValueOrPlace(
    of key: String, in section: INISection, _ document: INIDocument
  ) {
    do throws(BackupError) {
      #expect(try document.value(of: key, in: section) != nil)
    } catch {
      #expect(error.message.text.hasPrefix("t.ini:"))
      #expect(error.hint != nil)
    }
  }

  @Test func `random bytes are survived`() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<2000 {
      let count = Int.random(in: 0...200, using: &random)
      expectSound((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
  }

  @Test func `random pieces of ini are survived`() {
    var random = SeededGenerator(seed: 2)
    for _ in 0..<3000 { expectSound(Array(random.text(of: Self.pieces, upTo: 60).utf8)) }
  }

  @Test func `a sound ini with some bytes changed is survived`() {
    var random = SeededGenerator(seed: 3)
    let sound = Array("; c\n[global]\nbase = /b\n\n[web]\nk = %(base)s ; c\n  more\nx: é\n".utf8)
    for _ in 0..<3000 {
      var bytes = sound
      for _ in 0...Int.random(in: 0...4, using: &random) {
        let index = Int.random(in: bytes.indices, using: &random)
        bytes[index] = UInt8.random(in: 0...255, using: &random)
      }
      expectSound(bytes)
    }
  }

  @Test(arguments: ["a", " ", "=", "k = %%(", "[", "\n", "%(k)s", ";", "\r"])
  func `a megabyte of one thing is survived`(_ piece: String) {
    let long = String(repeating: piece, count: (1 << 20) / piece.utf8.count)
    for start in ["[web]\n", "[web]\nk = v\n "] {
      let document = INIDocument(parsing: (start + long).utf8, path: "t.ini")
      #expect(document.sections.count <= 1)
      guard let section = document.sections.first else { continue }
      expectValueOrPlace(of: "__name__", in: section, document)
      if section["k"] != nil { expectValueOrPlace(of: "k", in: section, document) }
    }
  }

  @Test func `what was written in good form comes back as it was`() throws {
    var random = SeededGenerator(seed: 4)
    for _ in 0..<1000 {
      let sections = Self.sections(using: &random)
      let document = INIDocument(
        parsing: Self.serialise(sections, using: &random).utf8, path: "t.ini")
      #expect(document.problems.isEmpty)
      #expect(Self.content(of: document.sections) == Self.content(of: sections))
    }
  }

  /// Sections and keys of different names, with values of one to three lines.
  private static func sections(using random: inout SeededGenerator) -> [INISection] {
    let letters = ["a", "é", "/", "\"b c\"", "%", "=", ":", ",", "--x=y", "z;z"]
    return (0..<Int.random(in: 0...4, using: &random)).map { index in
      let entries = (0..<Int.random(in: 0...5, using: &random)).map { key in
        let lines = (0...Int.random(in: 0...2, using: &random)).map { _ in
          "-v" + random.text(of: letters, upTo: 6)
        }
        return INIEntry(key: "key \(key)", value: lines.joined(separator: "\n"), line: 1)
      }
      return INISection(name: "Section.\(index)", line: 1, entries: entries)
    }
  }

  private static func serialise(
    _ sections: [INISection], using random: inout SeededGenerator
  ) -> String {
    sections.map { section in
      "\n[\(section.name)] ; c\n"
        + section.entries.map { entry in
          let separator = ["=", " = ", ": "].randomElement(using: &random) ?? "="
          let lines = entry.value.split(separator: "\n").joined(separator: "\n\n# c\n\t")
          return entry.key.uppercased() + separator + lines + "  \r\n"
        }.joined()
    }.joined()
  }

  private static func content(of sections: [INISection]) -> [String] {
    sections.flatMap { section in
      [section.name] + section.entries.map { "\($0.key)=\($0.value)" }
    }
  }
}
