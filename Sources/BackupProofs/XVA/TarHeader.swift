/// The header of one member of a tar archive, as Xen hosts write them: a name, a size, a checksum.
///
/// The format of Unix version 7, which POSIX `pax` describes as a part of ustar; hosts write no magic,
/// no mode and no owner.
struct TarHeader: Equatable {
  /// Bytes of a header, and of all else in an archive.
  static let blockSize = 512

  /// Why a block is no header of a plain file.
  struct Flaw: Error, Equatable { var reason: String }

  let name: [UInt8]
  let size: Int64

  /// Reads a block that is not all zeros.
  init(_ block: [UInt8]) throws(Flaw) {
    let (said, found) = (Self.octal(block[148..<156]), Self.sum(of: block))
    guard said == found else {
      throw Flaw(
        reason: "its bytes come to \(found), and it says \(said.map(String.init) ?? "none")")
    }
    guard let size = Self.octal(block[124..<136]) else {
      throw Flaw(reason: "its size is no number")
    }
    // Type 0, also as the byte zero, is a file; anything else a link, a folder, an extension.
    guard [0, UInt8(ascii: "0")].contains(block[156]) else {
      throw Flaw(reason: "it is of the type \(block[156]), and no plain file")
    }
    self.size = size
    // What ustar puts there belongs before the name.
    let isUstar = block[257..<262].elementsEqual("ustar".utf8)
    guard !isUstar || block[345] == 0 else { throw Flaw(reason: "its name is too long") }
    name = Array(block[..<100].prefix { $0 != 0 })
  }

  /// The sum of all bytes, where its own eight count as spaces.
  private static func sum(of block: [UInt8]) -> Int64 {
    let all = block.reduce(Int64(0)) { $0 + Int64($1) }
    return block[148..<156].reduce(all) { $0 - Int64($1) } + 8 * 32
  }

  /// Octal digits, between spaces and zero bytes; at most twelve, so no number is too large.
  ///
  /// Nil for anything else: a sign, or the binary form of GNU tar, which would be for more than 8 GiB.
  static func octal(_ field: ArraySlice<UInt8>) -> Int64? {
    let digits = field.drop { $0 == 0x20 }.prefix { (0x30...0x37).contains($0) }
    guard !digits.isEmpty, field[digits.endIndex...].allSatisfy({ $0 == 0 || $0 == 0x20 }) else {
      return nil
    }
    return digits.reduce(0) { $0 << 3 | Int64($1 - 0x30) }
  }
}
