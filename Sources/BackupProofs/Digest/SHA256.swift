import CCrypto
import TISBackupCore

/// SHA-256 (FIPS 180-4) of a stream, by libcrypto: it uses what the processor has for it.
package final class SHA256 {
  /// What it comes to: 32 bytes.
  package struct Digest: Hashable, Sendable {
    fileprivate var bytes = SIMD32<UInt8>()
  }

  private let context: OpaquePointer

  package init() throws(BackupError) {
    guard let context = EVP_MD_CTX_new() else { throw BackupError(.storage, .unusable) }
    self.context = context
    guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      throw BackupError(.storage, .unusable)
    }
  }

  deinit { EVP_MD_CTX_free(context) }

  package func update(_ bytes: UnsafeRawBufferPointer) {
    EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  /// What all bytes since the last one came to; the next stream may follow.
  package func finish() -> Digest {
    var digest = Digest()
    withUnsafeMutableBytes(of: &digest.bytes) { bytes in
      _ = EVP_DigestFinal_ex(context, bytes.baseAddress, nil)
    }
    restart()
    return digest
  }

  /// Forgets what was taken so far.
  func restart() { EVP_DigestInit_ex(context, nil, nil) }

  /// The digest of what is in memory.
  package static func digest(of bytes: [UInt8]) throws(BackupError) -> Digest {
    let stream = try SHA256()
    bytes.withUnsafeBytes { stream.update($0) }
    return stream.finish()
  }
}

extension SHA256.Digest {
  /// Letters of its text.
  package static let length = 64

  /// Reads 64 hexadecimal digits in lower case, as ``hex`` gives them.
  package init?(hex: some Collection<UInt8>) {
    guard hex.count == Self.length else { return nil }
    for (index, letter) in hex.enumerated() {
      let value: UInt8
      switch letter {
      case 0x30...0x39: value = letter - 0x30
      case 0x61...0x66: value = letter - 0x61 + 10
      default: return nil
      }
      bytes[index / 2] = bytes[index / 2] << 4 | value
    }
  }

  /// 64 hexadecimal digits, as bytes.
  package var hexBytes: [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(Self.length)
    for index in 0..<bytes.scalarCount {
      for value in [bytes[index] >> 4, bytes[index] & 15] {
        text.append(value < 10 ? 0x30 + value : 0x61 + value - 10)
      }
    }
    return text
  }

  /// The 32 bytes themselves.
  package var rawBytes: [UInt8] { (0..<bytes.scalarCount).map { bytes[$0] } }

  package var hex: String { String(decoding: hexBytes, as: UTF8.self) }
}

extension BackupError.Message {
  fileprivate static let unusable: Self = "libcrypto cannot compute SHA-256"
}
