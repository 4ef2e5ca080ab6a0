import CZlib
import TISBackupCore

/// zlib's inflate of gzip, fed piece by piece.
final class Inflater: MemberDecoder {
  typealias Progress = DecodingProgress

  private var stream = z_stream()
  private var output = [UInt8](repeating: 0, count: 256 << 10)

  init() throws(BackupError) {
    // 15 bits of window, and 16 for the header and trailer of gzip (`zlib.h`, inflateInit2).
    guard inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw BackupError(.storage, "no memory for zlib") }
  }

  deinit { inflateEnd(&stream) }

  /// Begins another stream.
  func reset() { inflateReset(&stream) }

  /// Takes a piece of the stream and gives what it inflates to, in pieces that `take` may refuse.
  func inflate(
    _ piece: ArraySlice<UInt8>, take: (UnsafeRawBufferPointer) -> Bool
  ) -> Progress {
    piece.withUnsafeBytes { decode($0, take: take) }
  }

  func decode(
    _ piece: UnsafeRawBufferPointer, take: (UnsafeRawBufferPointer) -> Bool
  ) -> Progress {
    let input = piece.assumingMemoryBound(to: UInt8.self)
    stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
    stream.avail_in = uInt(input.count)
    while true {
      let (status, isWanted) = step(take)
      guard isWanted else { return .stopped }
      switch status {
      case Z_STREAM_END: return .ended(left: Int(stream.avail_in))
      case Z_OK where stream.avail_in == 0 && stream.avail_out > 0: return .hungry
      case Z_OK: continue
      // Nothing to do: all is used, and the output was just full.
      case Z_BUF_ERROR where stream.avail_in == 0: return .hungry
      default: return .broken
      }
    }
  }

  private func step(_ take: (UnsafeRawBufferPointer) -> Bool) -> (status: Int32, isWanted: Bool) {
    output.withUnsafeMutableBytes { room in
      stream.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.avail_out = uInt(room.count)
      let status = CZlib.inflate(&stream, Z_NO_FLUSH)
      let count = room.count - Int(stream.avail_out)
      let isWanted = count == 0 || take(UnsafeRawBufferPointer(rebasing: room[..<count]))
      return (status, isWanted)
    }
  }
}
