import CZlib

/// One result as NSCA 3 carries it: `data_packet` of nsca's `common.h`, integers big endian.
struct NSCAPacket: Sendable, Equatable {
  /// The two sizes there are: what a packet has for the text differs.
  enum Form: Int, Sendable, CaseIterable {
    /// Since 2.9, 4304 bytes.
    case long = 4096
    /// Of 2.7 and 2.8, 720 bytes.
    case short = 512

    /// Bytes of text that arrive; a NUL ends it.
    var outputLimit: Int { rawValue - 1 }
    /// Bytes on the wire, with those that align the structure.
    var size: Int { NSCAPacket.outputOffset + rawValue + 2 }
  }

  private static let version: UInt16 = 3
  private static let (versionOffset, checksumOffset, timeOffset, codeOffset) = (0, 4, 8, 12)
  private static let (hostOffset, hostSize) = (14, 64)
  private static let (serviceOffset, serviceSize) = (78, 128)
  fileprivate static let outputOffset = 206

  var host: String
  var service: String
  /// 0 to 3.
  var code: Int32
  var output: String

  /// The packet in the clear; `timestamp` is the one the daemon sent, unchanged.
  ///
  /// Unused bytes are zero. The checksum is that of the packet without one.
  func bytes(_ form: Form, timestamp: UInt32) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: form.size)
    Self.put(Self.version, at: Self.versionOffset, in: &bytes)
    Self.put(timestamp, at: Self.timeOffset, in: &bytes)
    Self.put(UInt16(truncatingIfNeeded: code), at: Self.codeOffset, in: &bytes)
    Self.put(host, at: Self.hostOffset, size: Self.hostSize, in: &bytes)
    Self.put(service, at: Self.serviceOffset, size: Self.serviceSize, in: &bytes)
    Self.put(output, at: Self.outputOffset, size: form.rawValue, in: &bytes)
    let checksum = UInt32(truncatingIfNeeded: crc32(0, bytes, UInt32(bytes.count)))
    Self.put(checksum, at: Self.checksumOffset, in: &bytes)
    return bytes
  }

  private static func put(_ number: some FixedWidthInteger, at offset: Int, in bytes: inout [UInt8])
  {
    withUnsafeBytes(of: number.bigEndian) {
      bytes.replaceSubrange(offset..<offset + $0.count, with: $0)
    }
  }

  /// Whoever gave a text that is too long: the NUL at the end of the field stays, and so does what
  /// comes after.
  private static func put(_ text: String, at offset: Int, size: Int, in bytes: inout [UInt8]) {
    let field = text.utf8.prefix(size - 1)
    bytes.replaceSubrange(offset..<offset + field.count, with: field)
  }
}
