import BackupProofs
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Exports that begin, end or break off in another way than they must.
@Suite(.scratch)
struct XVAEdgeTests {
  private typealias Fixtures = XVAFixtures

  private static let sample = XVAFlawTests.sample
  private static let members = XVAFlawTests.members
  private static let offsets = XVAFlawTests.offsets
  private static let whole = sample.bytes

  /// What follows the members, and what is said of it.
  static let ends: [([UInt8], String)] = [
    ([], "is cut short at byte \(offsets[11]), where its end must be"),
    ([UInt8](repeating: 0, count: 511), "is cut short at byte"),
    ([UInt8](repeating: 0, count: 512), "is cut short: one block of zeros"),
    ([UInt8](repeating: 0, count: 1023), "is cut short at byte"),
    (XVASample.end, "good"), (XVASample.end + [0], "goes on after its end, at byte \(whole.count)"),
    (XVASample.end + [7], "goes on after its end"),
    (XVASample.end + XVASample.end, "goes on after its end"),
    (XVASample.end + whole, "goes on after its end, at byte \(whole.count)"),
    (Array(XVASample.end.dropLast()) + [1], "is cut short: one block of zeros"),
    ([UInt8](repeating: 0, count: 512) + members[1].bytes + XVASample.end, "one block of zeros"),
    (members[9].bytes, "chunk 1 of the disk 'Ref:8' at byte \(offsets[11]) comes after number 1"),
  ]

  @Test(arguments: ends, [333, 1 << 20])
  func `an end is two blocks of zeros and nothing more`(
    _ end: ([UInt8], String), _ pieces: Int
  ) {
    let said = Fixtures.complaint(XVASample.bytes(Self.members, end: end.0), pieces: pieces)
    #expect(said.contains(end.1), "\(said)")
  }

  @Test func `cut anywhere, it is not whole`() {
    for length in 0..<Self.whole.count where length % 13 == 0 || length % 512 < 2 {
      let said = Fixtures.complaint(Array(Self.whole.prefix(length)), pieces: 900)
      #expect(length == 0 ? said == "is empty" : said.contains("cut short"), "\(length): \(said)")
    }
  }

  @Test func `a bit that flips is seen wherever it is, but in the description`() {
    var generator = SeededGenerator(seed: 3)
    let described = 512..<(512 + Self.members[0].data.count)
    let header = Self.offsets[1]..<(Self.offsets[1] + 512)
    for place in Self.whole.indices where !described.contains(place) {
      // All of one header, some of all else; what ends a checksum there may be a blank or a zero byte.
      guard header.contains(place) || place % 17 == 0, !(154...155).contains(place % 512) else {
        continue
      }
      var damaged = Self.whole
      damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      let said = Fixtures.complaint(damaged, pieces: 1 << 20)
      #expect(!said.hasPrefix("good"), "byte \(place)")
    }
  }

  /// What begins otherwise.
  @Test(arguments: [
    ("<html><body>no</body></html>", "is cut short at byte 28, where its ova.xml must be"),
    (
      String(repeating: "<html>\n<body>\u{7}", count: 60),
      "is no export of a virtual machine: it begins with '<html> <body><html>"
    ),
    (
      "-- MySQL dump 10.13\n" + String(repeating: "x", count: 600),
      "it begins with '-- MySQL dump 10.13 xx"
    ),
    ("{\"error\":1}", "is cut short"),
    (
      "HTTP/1.1 500 Internal Error\r\n\r\n",
      "is not complete: the host answered HTTP 500 instead, at byte 0"
    ),
    (
      "HTTP/1.0 404 Not Found\r\n" + String(repeating: "x", count: 2000),
      "the host answered HTTP 404 instead, at byte 0"
    ),
  ])
  func `what is something else is told as what it is`(_ text: String, _ answer: String) {
    for pieces in [1, 512, 4096] {
      let said = Fixtures.complaint(Array(text.utf8), pieces: pieces)
      #expect(said.contains(answer), "\(said)")
    }
  }

  /// Members before the answer, and bytes of the next one.
  @Test(arguments: [(1, 0), (3, 0), (4, 0), (11, 0), (3, 512), (3, 1000)], [20, 2000])
  func `an answer of the host in the middle is told as one`(
    _ place: (members: Int, bytes: Int), _ length: Int
  ) {
    let begin = Self.whole.prefix(Self.offsets[place.members] + place.bytes)
    let page = "HTTP/1.1 500 Internal Error\r\ncontent-length: 300\r\n\r\n<html>"
    let answer = Array((page + String(repeating: "x", count: length)).utf8)
    for pieces in [1000, 1 << 20] {
      let said = Fixtures.complaint(begin + answer, pieces: pieces)
      // So long an answer fills the chunk in which it begins.
      let isSeen = length < 900 || place.bytes == 0
      #expect(
        isSeen
          ? said.contains("HTTP 500 instead, at byte \(begin.count)") : said.contains("damaged"),
        "\(said)")
    }
  }

  /// What follows the last byte of a compressed export, and what is said of it.
  static let followers: [(String, String)] = [
    ("HTTP/1.1 500 Internal Error\r\n\r\n<html>", "the host answered HTTP 500 instead, at byte"),
    ("\0", "goes on after the end of its"),
    ("garbage that is long enough", "goes on after the end"),
    (String(repeating: "\0", count: 10_240), "goes on after the end of its"),
  ]

  @Test(arguments: ["gzip", "zstd"], followers)
  func `nothing may follow a compressed export`(
    _ packer: String, _ follower: (text: String, answer: String)
  ) async throws {
    let packed = try await Fixtures.packed(Self.whole, packer)
    for pieces in [1, 700, 1 << 20] {
      let said = Fixtures.complaint(packed + Array(follower.text.utf8), pieces: pieces)
      #expect(said.contains(follower.answer), "\(said)")
      #expect(said.hasSuffix("at byte \(packed.count)"), "\(said)")
    }
  }

  @Test(arguments: ["gzip", "zstd"])
  func `a compressed export is whole to its last byte`(_ packer: String) async throws {
    let packed = try await Fixtures.packed(Self.whole, packer)
    for length in Array(1...20) + [packed.count / 2] + Array((packed.count - 9)..<packed.count) {
      let said = Fixtures.complaint(Array(packed.prefix(length)))
      #expect(said.contains("is cut short"), "\(length): \(said)")
    }
    var broken = packed
    for index in packed.count / 2..<packed.count / 2 + 40 { broken[index] ^= 0x55 }
    #expect(!Fixtures.complaint(broken).hasPrefix("good"))
  }

  @Test func `a window that no host asks for is not given`() async throws {
    let packed = try await Fixtures.packed(Self.whole, "zstd --long=27")
    let said = Fixtures.complaint(packed)
    #expect(said.hasPrefix("is damaged: its zstd stream is broken"), "\(said)")
  }
}
