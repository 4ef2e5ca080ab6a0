import CZlib

/// A piece of a stream, and what deflate makes of it, in memory that is used again and again.
///
/// One thread has it at a time: the reader fills it, a worker compresses it, a worker writes it.
final class GzipBlock: @unchecked Sendable {
  /// Uncompressed bytes in a full block: so few matches are lost at its start, where nothing of the
  /// block before may be referred to, that the file grows by less than 2 %.
  static let capacity = 512 << 10

  let input = UnsafeMutablePointer<UInt8>.allocate(capacity: GzipBlock.capacity)
  /// Bytes of the stream in it.
  var count = 0
  /// What ``deflate(with:)`` gave: whole bytes of a raw deflate stream, to be followed by any other.
  private(set) var compressed: UnsafeBufferPointer<UInt8>
  /// CRC-32 of the stream's bytes.
  private(set) var checksum: UInt = 0

  private let output: UnsafeMutableBufferPointer<UInt8>

  init() {
    // As much as deflate may need of bytes it cannot compress, and the marker of the flush.
    output = .allocate(capacity: Int(compressBound(UInt(Self.capacity))) + 64)
    compressed = UnsafeBufferPointer(rebasing: output[..<0])
  }

  deinit {
    input.deallocate()
    output.deallocate()
  }

  /// Compresses what is in the block, independently of all others: `Z_FULL_FLUSH` ends it at a byte
  /// and forgets the window (`zlib.h`).
  func deflate(with stream: inout z_stream) {
    deflateReset(&stream)
    stream.next_in = input
    stream.avail_in = uInt(count)
    stream.next_out = output.baseAddress
    stream.avail_out = uInt(output.count)
    CZlib.deflate(&stream, Z_FULL_FLUSH)
    compressed = UnsafeBufferPointer(rebasing: output[..<(output.count - Int(stream.avail_out))])
    checksum = crc32(0, input, uInt(count))
  }
}
