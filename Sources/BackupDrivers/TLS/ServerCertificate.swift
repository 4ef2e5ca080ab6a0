import BackupProofs
import CCrypto
import FoundationEssentials
import TISBackupCore

/// The certificate that a server shows.
struct ServerCertificate: Sendable, Equatable {
  /// SHA-256 of the whole certificate, its fingerprint for people.
  let fingerprint: SHA256.Digest
  /// SHA-256 of its public key, as curl takes it (``CurlTrust/key(_:)``).
  let keyPin: String

  private static let begin = "-----BEGIN CERTIFICATE-----"
  private static let end = "-----END CERTIFICATE-----"
  /// No certificate is larger.
  private static let limit = 1 << 20

  /// Reads the first certificate in a text, which is that of the server itself; nil when there is
  /// none, or what is there is no certificate.
  init?(pem text: String) {
    guard let begin = text.firstRange(of: Self.begin),
      let end = text[begin.upperBound...].firstRange(of: Self.end)
    else { return nil }
    let encoded = text[begin.upperBound..<end.lowerBound].filter { !$0.isWhitespace }
    guard encoded.utf8.count <= Self.limit, let data = Data(base64Encoded: encoded) else {
      return nil
    }
    self.init(der: [UInt8](data))
  }

  private init?(der bytes: [UInt8]) {
    guard let key = Self.publicKey(of: bytes), let pin = try? SHA256.digest(of: key),
      let fingerprint = try? SHA256.digest(of: bytes)
    else { return nil }
    self.fingerprint = fingerprint
    keyPin = "sha256//\(Data(pin.rawBytes).base64EncodedString())"
  }

  /// The public key with its algorithm, in DER: what RFC 7469 makes pins of, and curl too.
  private static func publicKey(of certificate: [UInt8]) -> [UInt8]? {
    certificate.withUnsafeBufferPointer { buffer in
      var next = buffer.baseAddress
      guard let parsed = d2i_X509(nil, &next, buffer.count) else { return nil }
      defer { X509_free(parsed) }
      let key = X509_get_X509_PUBKEY(parsed)
      let count = i2d_X509_PUBKEY(key, nil)
      guard count > 0 else { return nil }
      return [UInt8](unsafeUninitializedCapacity: Int(count)) { bytes, filled in
        var next = bytes.baseAddress
        filled = Int(i2d_X509_PUBKEY(key, &next))
      }
    }
  }
}
