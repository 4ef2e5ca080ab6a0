import BackupProofs
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Exports that are none, and what is said of them.
struct XVAFlawTests {
  private typealias Fixtures = XVAFixtures
  typealias Member = XVASample.Member

  /// Two disks: members 1 to 6 are of the first (chunks 0, 3, 4), 7 to 10 of the second (0, 1).
  static let sample = XVASample(
    [Fixtures.disk("Ref:7", "a..bc9"), Fixtures.disk("Ref:8", "de")])
  static let members = sample.members
  /// Where the header of a member is.
  static let offsets = members.reduce(into: [0]) {
    $0.append($0[$0.count - 1] + $1.bytes.count)
  }

  /// What is done to the members of the archive, and what is said of it.
  static let rearranged: [(String, @Sendable (inout [Member]) -> Void, String)] = [
    ("nothing", { _ in }, "good: 2 disks (6 KiB) whole, 5 chunks as their xxHash says"),
    (
      "no description", { $0.removeFirst() },
      "is damaged: at byte 0 is 'Ref:7/00000000' of 1024 bytes, where its ova.xml must be"
    ),
    (
      "no disks", { $0.removeLast(10) },
      "of the disk 'Ref:7' there are 0 bytes of 4105, up to byte \(offsets[1])"
    ),
    (
      "no first chunk", { $0.removeSubrange(1...2) },
      "chunk 3 of the disk 'Ref:7' at byte \(offsets[1]) comes where the first one must be"
    ),
    // With its checksum: it cannot be told from zeros.
    (
      "no chunk in the middle", { $0.removeSubrange(3...4) },
      "good: 2 disks (6 KiB) whole, 4 chunks"
    ),
    (
      "no last chunk", { $0.removeSubrange(5...6) },
      "of the disk 'Ref:7' there are 4096 bytes of 4105, up to byte \(offsets[5])"
    ),
    (
      "no last disk", { $0.removeLast(4) },
      "is not complete: of the disk 'Ref:8' there are 0 bytes of 2048"
    ),
    (
      "no first disk", { $0.removeSubrange(1...6) },
      "is not complete: of the disk 'Ref:7' there are 0 bytes of 4105"
    ),
    (
      "no checksum", { $0.remove(at: 4) },
      "at byte \(offsets[4]) is 'Ref:7/00000004' of 9 bytes, where the checksum of chunk 3 of the disk 'Ref:7' at byte \(offsets[3]) must be"
    ),
    (
      "no last checksum", { $0.removeLast() },
      "is not complete: it ends at byte \(offsets[10]), where the checksum of chunk 1 of the disk 'Ref:8'"
    ),
    (
      "a checksum alone", { $0.remove(at: 3) },
      "at byte \(offsets[3]) is 'Ref:7/00000003.xxhash' of 16 bytes, where a chunk of the disk 'Ref:7' must be"
    ),
    (
      "a chunk twice", { $0.insert(contentsOf: $0[3...4], at: 5) },
      "chunk 3 of the disk 'Ref:7' at byte \(offsets[5]) comes after number 3"
    ),
    (
      "chunks out of order", { $0[3...6] = $0[5...6] + $0[3...4] },
      "chunk 3 of the disk 'Ref:7' at byte \(offsets[3] + 2048) comes after number 4"
    ),
    (
      "the first chunk at the end", { $0[1...6] = $0[3...6] + $0[1...2] },
      "comes where the first one must be"
    ),
    (
      "disks out of order", { $0[1...10] = $0[7...10] + $0[1...6] },
      "of the disk 'Ref:7' there are 0 bytes of 4105"
    ),
    (
      "a chunk of the other disk", { $0[7...10] = $0[7...8] + $0[1...2] + $0[9...10] },
      "chunk 0 of the disk 'Ref:7' at byte \(offsets[9]) comes after those of the disk 'Ref:8'"
    ),
    (
      "a chunk too many", { $0.append(contentsOf: sample.chunk("Ref:8", 2, [1])) },
      "chunk 2 of the disk 'Ref:8' at byte \(offsets[11]) with its 1 bytes goes beyond the 0 that are left of 2048"
    ),
    (
      "an empty chunk too many", { $0.append(contentsOf: sample.chunk("Ref:8", 2, [])) },
      "is empty, and the last one must not be"
    ),
    (
      "the last chunk empty", { $0[5...6] = sample.chunk("Ref:7", 4, [])[...] },
      "there are 4096 bytes of 4105"
    ),
    (
      "an empty chunk instead of zeros at the end",
      { $0[9...10] = sample.chunk("Ref:8", 2, [])[...] },
      "chunk 2 of the disk 'Ref:8' at byte \(offsets[9]) is empty, and the last one must not be"
    ),
    (
      "the first chunk empty", { $0[1...2] = sample.chunk("Ref:7", 0, [])[...] },
      "comes where the first one must be"
    ),
    (
      "a chunk that is short", { $0[3...4] = sample.chunk("Ref:7", 3, [1])[...] },
      "there are 3082 bytes of 4105"
    ),
    (
      "a chunk that is long",
      { $0[3...4] = sample.chunk("Ref:7", 3, [UInt8](repeating: 1, count: 1025))[...] },
      "goes beyond"
    ),
    (
      "a gap too many", { $0[5...6] = sample.chunk("Ref:7", 5, Array($0[5].data))[...] },
      "with its 9 bytes goes beyond the 9 that are left of 4105"
    ),
    (
      "the largest number", { $0[5...6] = sample.chunk("Ref:7", 99_999_999, [1])[...] },
      "goes beyond"
    ),
    (
      "a disk of another machine", { $0.insert(contentsOf: sample.chunk("Ref:99", 0, [1]), at: 1) },
      "chunk 0 of the disk 'Ref:99' at byte \(offsets[1]) belongs to no disk that its ova.xml tells of"
    ),
    ("two descriptions", { $0.insert($0[0], at: 1) }, "at byte \(offsets[1]) is 'ova.xml'"),
    (
      "something else", { $0.insert(Member("README", [1]), at: 3) },
      "is 'README' of 1 bytes, where a chunk of the disk 'Ref:7' must be"
    ),
    (
      "something else at the end", { $0.append(Member("checksum.xml", [1])) },
      "is 'checksum.xml' of 1 bytes, where its end must be"
    ),
    (
      "something else after a chunk", { $0.insert(Member("README", [1]), at: 2) },
      "is 'README' of 1 bytes, where the checksum of chunk 0"
    ),
    (
      "a checksum of another chunk", { $0[4] = Member($0[2].name, $0[4].data) },
      "is 'Ref:7/00000000.xxhash' of 16 bytes, where the checksum of chunk 3"
    ),
    (
      "checksums of two kinds",
      {
        $0[4] = Member("Ref:7/00000003.checksum", Array(XVASample.sum(of: $0[3].data, .sha1).utf8))
      },
      "chunk 3 of the disk 'Ref:7' at byte \(offsets[3]) has another kind of checksum than those before it"
    ),
    (
      "a kind that nobody knows", { $0[2].name = "Ref:7/00000000.md5" },
      "is 'Ref:7/00000000.md5' of 16 bytes"
    ),
    (
      "a checksum that is short", { $0[2].data.removeLast() },
      "is 'Ref:7/00000000.xxhash' of 15 bytes"
    ),
    ("a checksum with a newline", { $0[2].data.append(10) }, "of 17 bytes"),
    (
      "a checksum in small letters", { $0[2].data = $0[2].data.map { $0 > 0x40 ? $0 | 0x20 : $0 } },
      "and its checksum says"
    ),
    (
      "checksums of two chunks that were exchanged",
      { ($0[2].data, $0[4].data) = ($0[4].data, $0[2].data) },
      "chunk 0 of the disk 'Ref:7' at byte \(offsets[1]) has the xxHash"
    ),
    (
      "chunks that were exchanged", { ($0[1].data, $0[3].data) = ($0[3].data, $0[1].data) },
      "has the xxHash"
    ),
  ]

  @Test(arguments: rearranged)
  func `what is missing, twice, or elsewhere is told with its place`(
    _ damage: String, _ change: @Sendable (inout [XVASample.Member]) -> Void, _ answer: String
  ) {
    var members = Self.members
    change(&members)
    for pieces in [97, 1 << 20] {
      let said = Fixtures.complaint(XVASample.bytes(members), pieces: pieces)
      #expect(said.contains(answer), "\(damage): \(said)")
      #expect(said.hasPrefix("good") == answer.hasPrefix("good"), "\(damage): \(said)")
    }
  }

  @Test func `a gap is worth what the first chunk of the whole archive is long`() {
    let sample = XVASample([Fixtures.disk("Ref:7", "a5"), Fixtures.disk("Ref:8", "b.c")])
    let said = Fixtures.complaint(sample.bytes)
    #expect(said.contains("of the disk 'Ref:8' there are 2053 bytes of 3072"), "\(said)")
  }

  /// Names in place of that of the first chunk.
  @Test(arguments: [
    "/Ref:7/00000000", "./Ref:7/00000000", "Ref:7//00000000", "Ref:7/../Ref:7/00000000",
    "../../etc/cron.d/00000000", "Ref:7/0", "Ref:7/0000000", "Ref:7/000000000", "Ref:7/-0000001",
    "Ref:7/+0000000", "Ref:7/0000000x", "Ref:7/00000000/", "Ref:7/00000000 ", "Ref:7", "/00000000",
    "", "ref:7/00000000", "Ref:7/٠٠٠٠", "Ref:7/00000000.xxhash", "Ref:07/00000000",
    "\u{1b}[2J/00000000",
  ])
  func `a name is taken to the letter`(_ name: String) {
    var members = Self.members
    members[1].name = name
    let said = Fixtures.complaint(XVASample.bytes(members))
    #expect(said.contains("is damaged"), "\(said)")
    #expect(!said.contains("\u{1b}"))
  }

  /// What the header of the first chunk has in place of its size, its type or its checksum.
  static let headers: [([UInt8], String)] = [
    (header(size: "00000002000"), "good"), (header(size: "       2000 "), "good"),
    (header(size: "77777777777"), "with its 8589934591 bytes goes beyond"),
    (header(size: "777777777777"), "with its 68719476735 bytes goes beyond"),
    (header(size: "-0000002000"), "its size is no number"),
    (header(size: "00000002008"), "its size is no number"),
    (header(size: "0000000 200"), "its size is no number"),
    (header(size: ""), "its size is no number"),
    (header([0x80] + [UInt8](repeating: 0, count: 9) + [4, 0]), "its size is no number"),
    (header([UInt8](repeating: 0xff, count: 12)), "its size is no number"),
    (header(type: "1"), "it is of the type 49, and no plain file"),
    (header(type: "2"), "no plain file"), (header(type: "5"), "no plain file"),
    (header(type: "x"), "no plain file"), (header(type: "L"), "no plain file"),
    (with(header(), at: 148, "0000000\0"), "its bytes come to"),
    (with(header(), at: 148, "zzzzzz\0 "), "and it says none"),
    (with(header(), at: 0, "S"), "its bytes come to"),
    (with(header(), at: 511, "S"), "its bytes come to"),
    (
      XVASample.sealed(
        with(XVASample.header("00000000", size: 1024, magic: "ustar\u{0}00"), at: 345, "Ref:7")),
      "its name is too long"
    ),
  ]

  @Test(arguments: headers)
  func `a header is taken to the letter`(_ header: [UInt8], _ answer: String) {
    var members = Self.members
    members[1].header = header
    let said = Fixtures.complaint(XVASample.bytes(members))
    #expect(said.contains(answer), "\(said)")
  }

  private static func header(size: String = "00000002000", type: String = "0") -> [UInt8] {
    header(Array(size.utf8), type: type)
  }

  private static func header(_ size: [UInt8], type: String = "0") -> [UInt8] {
    XVASample.header("Ref:7/00000000", size: 1024, type: Array(type.utf8)[0], sizeField: size)
  }

  private static func with(_ header: [UInt8], at offset: Int, _ text: String) -> [UInt8] {
    var header = header
    header.replaceSubrange(offset..<(offset + text.utf8.count), with: Array(text.utf8))
    return header
  }
}
