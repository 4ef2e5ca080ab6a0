import CCrypto
import CXXHash
import TISBackupCore

/// Computes the sum of one chunk after the other, in passing.
///
/// Which of the two a host uses is known after the first chunk: until then both are computed.
final class ChunkHash {
  /// The one that counts; nil while nobody knows.
  var kind: ChunkSum?

  private let xxHash: OpaquePointer
  private let sha1: OpaquePointer

  init() throws(BackupError) {
    guard let state = XXH64_createState() else { throw BackupError(.storage, .noMemory) }
    guard let context = EVP_MD_CTX_new() else {
      XXH64_freeState(state)
      throw BackupError(.storage, .noMemory)
    }
    (xxHash, sha1) = (state, context)
    guard EVP_DigestInit_ex(context, EVP_sha1(), nil) == 1 else {
      throw BackupError(.storage, .unusable)
    }
    restart()
  }

  deinit {
    XXH64_freeState(xxHash)
    EVP_MD_CTX_free(sha1)
  }

  /// Begins another chunk.
  func restart() {
    XXH64_reset(xxHash, 0)
    EVP_DigestInit_ex(sha1, nil, nil)
  }

  func update(_ bytes: UnsafeRawBufferPointer) {
    if kind != .sha1 { XXH64_update(xxHash, bytes.baseAddress, bytes.count) }
    if kind != .xxHash { EVP_DigestUpdate(sha1, bytes.baseAddress, bytes.count) }
  }

  /// The sum of the chunk as its host writes it; the chunk is over.
  func finish(_ kind: ChunkSum) -> [UInt8] {
    switch kind {
    case .xxHash:
      let value = XXH64_digest(xxHash)
      return (0..<8).flatMap { byte in
        Self.digits(UInt8(truncatingIfNeeded: value >> (56 - 8 * byte)), ten: UInt8(ascii: "A"))
      }
    case .sha1:
      var digest = [UInt8](repeating: 0, count: 20)
      EVP_DigestFinal_ex(sha1, &digest, nil)
      return digest.flatMap { Self.digits($0, ten: UInt8(ascii: "a")) }
    }
  }

  private static func digits(_ byte: UInt8, ten: UInt8) -> [UInt8] {
    [byte >> 4, byte & 15].map { $0 < 10 ? 0x30 + $0 : ten + $0 - 10 }
  }
}

extension BackupError.Message {
  fileprivate static let noMemory: Self = "no memory for checksums"
  fileprivate static let unusable: Self = "libcrypto cannot compute SHA-1"
}
