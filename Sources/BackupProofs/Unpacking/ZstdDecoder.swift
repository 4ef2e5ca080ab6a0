import CZstd
import TISBackupCore

/// Zstandard (RFC 8878), fed piece by piece.
final class ZstdDecoder: MemberDecoder {
  /// Memory that a frame may ask for, as a power of two: 16 MiB.
  ///
  /// `zstd` asks for 8 MiB at most up to its level 19, and more only with `--ultra` or `--long`.
  private static let windowLimit: Int32 = 24

  private let stream: OpaquePointer
  private let output = UnsafeMutableRawBufferPointer.allocate(
    byteCount: ZSTD_DStreamOutSize(), alignment: 16)

  init() throws(BackupError) {
    guard let stream = ZSTD_createDStream() else { throw BackupError(.storage, .noMemory) }
    self.stream = stream
    ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, Self.windowLimit)
  }

  deinit {
    ZSTD_freeDStream(stream)
    output.deallocate()
  }

  func reset() { ZSTD_DCtx_reset(stream, ZSTD_reset_session_only) }

  func decode(
    _ piece: UnsafeRawBufferPointer, take: (UnsafeRawBufferPointer) -> Bool
  ) -> DecodingProgress {
    var input = ZSTD_inBuffer(src: piece.baseAddress, size: piece.count, pos: 0)
    while true {
      var room = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
      let left = ZSTD_decompressStream(stream, &room, &input)
      guard ZSTD_isError(left) == 0 else { return .broken }
      if room.pos > 0, !take(UnsafeRawBufferPointer(rebasing: output[..<room.pos])) {
        return .stopped
      }
      if left == 0 { return .ended(left: input.size - input.pos) }
      // What fills the room exactly may have more behind it.
      if input.pos == input.size && room.pos < room.size { return .hungry }
    }
  }
}

extension BackupError.Message {
  fileprivate static let noMemory: Self = "no memory for zstd"
}
