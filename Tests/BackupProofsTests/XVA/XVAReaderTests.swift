import BackupProofs
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Exports as hosts make them.
@Suite(.scratch)
struct XVAReaderTests {
  private typealias Fixtures = XVAFixtures

  static let pieces = [1, 511, 512, 513, 4096, 1 << 20]

  @Test(arguments: XVASample.Sum.allCases, pieces)
  func `a whole export is proven, whatever the pieces it comes in`(
    _ sum: XVASample.Sum, _ pieces: Int
  ) throws {
    let sample = Fixtures.sample(chunks: "ab.c100", sum: sum)
    let content = try Fixtures.read(sample.bytes, pieces: pieces)
    #expect(
      content.disks == [ExportedDisk(id: "Ref:7", virtualSize: 3172, chunks: 3, bytes: 2148)])
    #expect(content.machine == "web1" && content.product == "XCP-ng 8.3.0")
    #expect(content.sum == (sum == .xxHash ? .xxHash : .sha1))
    #expect(content.compression == .none)
    #expect(content.bytes == content.archiveBytes && content.bytes == Int64(sample.bytes.count))
  }

  /// A machine's disks, and the chunks that are found of each.
  static let machines: [([XVASample.Disk], [Int])] = [
    ([], []),
    ([Fixtures.disk("Ref:7", "a")], [1]),
    ([Fixtures.disk("Ref:7", "a1")], [1]),
    ([Fixtures.disk("Ref:7", ".")], [1]),
    ([Fixtures.disk("Ref:7", "..")], [2]),
    ([Fixtures.disk("Ref:7", "........")], [2]),
    ([Fixtures.disk("Ref:7", "..a.....b..c.7")], [5]),
    (
      [Fixtures.disk("Ref:7", "ab"), Fixtures.disk("Ref:8", "c..d3"), Fixtures.disk("Ref:9", "e")],
      [2, 2, 1]
    ),
    // As text, 10 comes before 9.
    ([Fixtures.disk("Ref:9", "a"), Fixtures.disk("Ref:10", "bcd")], [3, 1]),
    // One that has no size has no chunk.
    (
      [Fixtures.disk("Ref:7", "a"), XVASample.Disk("Ref:8", []), Fixtures.disk("Ref:9", "b")],
      [1, 0, 1]
    ),
    ([XVASample.Disk("Ref:7", []), Fixtures.disk("Ref:8", "b")], [0, 1]),
    ([Fixtures.disk("Ref:7", "a"), XVASample.Disk("Ref:8", [])], [1, 0]),
    // The first chunk of all says what a gap is worth, so a small first disk must be without gaps after it.
    ([Fixtures.disk("Ref:7", "a5"), Fixtures.disk("Ref:8", "bcd")], [1, 3]),
  ]

  @Test(arguments: machines)
  func `every disk must be there, in the order of its text`(
    _ disks: [XVASample.Disk], _ chunks: [Int]
  ) throws {
    for sum in XVASample.Sum.allCases {
      let content = try Fixtures.read(XVASample(disks, sum: sum).bytes)
      #expect(content.disks.map(\.chunks) == chunks)
      let sorted = disks.sorted { $0.id < $1.id }
      #expect(content.disks.map(\.id) == sorted.map(\.id))
      #expect(content.disks.map(\.virtualSize) == sorted.map { Int64($0.content.count) })
      #expect((content.sum == nil) == (content.chunks == 0))
    }
  }

  @Test(
    arguments: [
      ([1], "a.b", 2), ([1, 3], "abcd", 4), ([1, 2, 3], "a....b", 2), ([2], "a...b", 2),
      ([1, 5], "a..b...c9", 3),
    ] as [(Set<Int>, String, Int)])
  func `a chunk that keeps the connection alive takes a number and no place`(
    _ numbers: Set<Int>, _ chunks: String, _ count: Int
  ) throws {
    var disk = Fixtures.disk("Ref:7", chunks)
    disk.keptAlive = numbers
    let sample = XVASample([disk])
    #expect(sample.members.filter { $0.data.isEmpty }.count == numbers.count)
    let content = try Fixtures.read(sample.bytes)
    #expect(content.disks.map(\.chunks) == [count])
    #expect(content.disks.map(\.virtualSize) == [Int64(disk.content.count)])
  }

  @Test func `what a CD or a library of images holds is not waited for, a floppy is`() throws {
    var image = XVASample.Disk("Ref:3", [1, 2, 3])
    var (inDrive, floppy) = (image, Fixtures.disk("Ref:4", "f"))
    image.isImage = true
    (inDrive.id, inDrive.drive) = ("Ref:5", "CD")
    floppy.drive = "Floppy"
    var sample = XVASample([image, inDrive, floppy, Fixtures.disk("Ref:7", "ab")])
    sample.emptyDrives = ["CD", "Disk", "CD"]
    #expect(try Fixtures.read(sample.bytes).disks.map(\.id) == ["Ref:4", "Ref:7"])
  }

  @Test func `the memory of a suspended machine is a disk too`() throws {
    var sample = XVASample([Fixtures.disk("Ref:7", "ab"), Fixtures.disk("Ref:8", "m")])
    (sample.powerState, sample.suspendDisk) = ("Suspended", "Ref:8")
    #expect(try Fixtures.read(sample.bytes).disks.map(\.id) == ["Ref:7", "Ref:8"])
    let without = sample.members.filter { !$0.name.hasPrefix("Ref:8/") }
    #expect(
      Fixtures.complaint(XVASample.bytes(without)).contains(
        "of the disk 'Ref:8' there are 0 bytes of 1024"))
  }

  @Test(arguments: ["<?xml version='1.0'?>\n", "\n<!-- x -->"])
  func `a description may be written in other ways`(_ begin: String) throws {
    var members = Fixtures.sample().members
    let spread = String(decoding: members[0].data, as: UTF8.self)
      .replacing("<value>3", with: "<value> <!-- x --> <string>3")
      .replacing("</struct>", with: "\n  </struct>\n").replacing("<data>", with: "<data>\n")
    members[0].data = Array((begin + spread).utf8)
    #expect(try Fixtures.read(XVASample.bytes(members)).disks.count == 1)
  }

  @Test func `headers of a newer tar are headers`() throws {
    var members = Fixtures.sample().members
    for index in members.indices {
      members[index].header = XVASample.header(
        members[index].name, size: members[index].data.count, type: UInt8(ascii: "0"),
        magic: "ustar\u{0}00")
    }
    #expect(try Fixtures.read(XVASample.bytes(members)).chunks == 2)
  }

  /// How it is packed, and what that is.
  static let packers: [(String, XVACompression)] = [
    ("gzip -1", .gzip), ("gzip -9", .gzip), ("pigz -p 2 -b 128", .gzip), ("zstd", .zstd),
    ("zstd -19", .zstd), ("zstd --no-check", .zstd),
    // Several members, in the middle of a header, of a chunk, of anything.
    ("split -b 1500 --filter='gzip'", .gzip), ("split -b 1500 --filter='zstd'", .zstd),
    ("split -b 97 --filter='zstd'", .zstd), ("split -b 97 --filter='gzip'", .gzip),
    // And one without anything in it.
    ("{ gzip; gzip </dev/null; }", .gzip), ("{ zstd; zstd </dev/null; }", .zstd),
  ]

  @Test(arguments: packers)
  func `it may be compressed, in one piece or in several`(
    _ command: String, _ compression: XVACompression
  ) async throws {
    let sample = XVASample([Fixtures.disk("Ref:7", "ab..c"), Fixtures.disk("Ref:8", "d5")])
    let packed = try await Fixtures.packed(sample.bytes, command)
    for pieces in Self.pieces {
      let content = try Fixtures.read(packed, pieces: pieces)
      #expect(content.compression == compression && content.chunks == 4)
      #expect(content.archiveBytes == Int64(sample.bytes.count))
      #expect(content.bytes == Int64(packed.count))
    }
  }

  @Test func `says what it found in a sentence`() async throws {
    let one = try Fixtures.read(Fixtures.sample(chunks: "a").bytes)
    #expect(one.sentence == "1 disk (1 KiB) whole, 1 chunk as its xxHash says, from XCP-ng 8.3.0")
    var sample = XVASample(
      [Fixtures.disk("Ref:7", "a"), Fixtures.disk("Ref:8", "b.....c")], sum: .sha1)
    sample.product = ("XenServer", "7.6\u{9b}31m.0")
    let two = try Fixtures.read(try await Fixtures.packed(sample.bytes, "gzip"))
    #expect(
      two.sentence
        == "2 disks (8 KiB) whole, 3 chunks as their SHA-1 says, from XenServer 7.631m.0, "
        + "compressed with gzip")
    #expect(try Fixtures.read(XVASample([]).bytes).sentence == "no disk, from XCP-ng 8.3.0")
  }
}
