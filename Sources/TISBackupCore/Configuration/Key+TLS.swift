extension Key {
  package static let tlsCAFile = Key.optional(
    "tls_ca_file", .path, "CA that signed the certificate of the host (those of the system)"
  ).global()
  package static let tlsFingerprint = Key.optional(
    "tls_fingerprint", .fingerprint, "SHA-256 of its certificate, 64 digits, with or without colons"
  )
  package static let tlsVerify = Key.optional(
    "tls_verify", .flag, default: "yes", "no: any certificate will do, which the log says"
  ).global()

  /// What says which certificate of a host is the right one.
  static let tls: [Key] = [.tlsCAFile, .tlsFingerprint, .tlsVerify]
}
