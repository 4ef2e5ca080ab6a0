/// What an export as a whole is compressed with.
package enum XVACompression: String, Sendable, CaseIterable {
  case none, gzip, zstd

  /// How a compressed one begins (RFC 1952, RFC 8878).
  var magic: [UInt8] {
    switch self {
    case .none: []
    case .gzip: [0x1f, 0x8b]
    case .zstd: [0x28, 0xb5, 0x2f, 0xfd]
    }
  }

  /// Tells it from the first bytes of an export.
  init(of begin: [UInt8]) {
    self =
      Self.allCases.first { !$0.magic.isEmpty && begin.starts(with: $0.magic) } ?? .none
  }
}
