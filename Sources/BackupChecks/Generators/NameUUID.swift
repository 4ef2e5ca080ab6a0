/// A UUID that follows from names, so that a basket made again replaces the one before it.
///
/// Version 8 of RFC 9562, two FNV-1a sums wide: enough for objects of one Director, no proof of
/// anything.
package struct NameUUID {
  private let halves: (UInt64, UInt64)

  package init(_ names: String...) {
    // A NUL, which no name holds, keeps ("a", "bc") and ("ab", "c") apart.
    let bytes = Array("tisbackup\0\(names.joined(separator: "\0"))".utf8)
    let high = Self.sum(bytes, from: 0xcbf2_9ce4_8422_2325)
    let low = Self.sum(bytes.reversed(), from: 0x8422_2325_cbf2_9ce4)
    halves = ((high & ~0xf000) | 0x8000, (low & ~(0xc << 60)) | (0x8 << 60))
  }

  package var text: String {
    let digits = Array(Self.hexadecimal(halves.0) + Self.hexadecimal(halves.1))
    let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
    return parts.joined(separator: "-")
  }

  private static func sum(_ bytes: [UInt8], from basis: UInt64) -> UInt64 {
    bytes.reduce(basis) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  private static func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
