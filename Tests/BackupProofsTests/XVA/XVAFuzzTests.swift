import BackupProofs
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Random damage: nothing crashes, and nothing that holds something else is called good.
@Suite(.scratch)
struct XVAFuzzTests {
  private typealias Fixtures = XVAFixtures

  private static let samples = [
    Fixtures.sample(chunks: "a"), Fixtures.sample(chunks: "a..b.c9", sum: .sha1),
    XVASample([Fixtures.disk("Ref:7", "ab1"), Fixtures.disk("Ref:8", "..")]), XVASample([]),
  ]

  @Test(arguments: samples.indices, ["cat", "gzip", "zstd"])
  func `what is good after random damage holds what it held before`(
    _ index: Int, _ packer: String
  ) async throws {
    let sample = Self.samples[index]
    let (archive, described) = (sample.bytes, 512 + sample.members[0].data.count)
    let whole = try await Fixtures.packed(archive, packer)
    var generator = SeededGenerator(seed: UInt64(index))
    var refused = 0
    for round in 0..<250 {
      var damaged = whole
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        Self.damage(&damaged, &generator)
      }
      let content = try? Fixtures.read(damaged) { Int.random(in: 1...2000, using: &generator) }
      guard damaged != whole else { continue }
      guard content != nil else {
        refused += 1
        continue
      }
      // Nobody but the archive itself, unpacked by another program, can say what changed.
      let unpacked = try await Fixtures.packed(damaged, packer == "cat" ? "cat" : "\(packer) -dc")
      #expect(Self.proven(unpacked, described) == Self.proven(archive, described), "round \(round)")
    }
    #expect(refused > 200)
  }

  /// What an export proves: all but its description, and what ends the checksum of a header, which may
  /// be a blank or a zero byte.
  private static func proven(_ archive: [UInt8], _ described: Int) -> [UInt8] {
    var archive = archive
    archive.replaceSubrange(512..<described, with: [])
    return archive.enumerated().map { (archive.count - $0.offset) % 512 == 357 ? 0x20 : $0.element }
  }

  private static func damage(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
    guard !bytes.isEmpty else { return }
    let place = Int.random(in: 0..<bytes.count, using: &generator)
    let length = min(Int.random(in: 1...1500, using: &generator), bytes.count - place)
    let piece = Array(bytes[place..<(place + length)])
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
    case 2: bytes.removeSubrange(place..<(place + length))
    case 3: bytes.insert(contentsOf: piece, at: Int.random(in: 0...bytes.count, using: &generator))
    case 4: bytes.removeLast(bytes.count - place)
    case 5: bytes.replaceSubrange(place..<(place + length), with: piece.map { _ in 0 })
    case 6: bytes.replaceSubrange(place..<(place + length), with: piece.reversed())
    default:
      // Whole blocks, as a disk or a network would lose them.
      let begin = place & ~511
      bytes.removeSubrange(begin..<min(bytes.count, begin + 512 * (length / 512 + 1)))
    }
  }
}
