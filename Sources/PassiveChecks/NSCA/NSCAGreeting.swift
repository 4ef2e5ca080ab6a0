/// What a daemon says first: `init_packet` of nsca's `common.h`.
struct NSCAGreeting: Sendable, Equatable {
  static let size = 132
  private static let seedSize = 128

  /// Random bytes that packets are encrypted with (`iv`).
  var seed: [UInt8]
  /// Seconds since 1970 by the daemon's clock; packets bring it back.
  var timestamp: UInt32

  /// As the daemon sent it.
  var bytes: [UInt8] {
    seed + withUnsafeBytes(of: timestamp.bigEndian) { Array($0) }
  }

  /// Nil for anything but 132 bytes.
  init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.size else { return nil }
    seed = Array(bytes[..<Self.seedSize])
    timestamp = bytes[Self.seedSize...].reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// What method 1 lays over a packet of `count` bytes: the seed, and the password, each from its
  /// start for every packet.
  func mask(password: [UInt8], count: Int) -> [UInt8] {
    (0..<count).map { index in
      seed[index % seed.count] ^ (password.isEmpty ? 0 : password[index % password.count])
    }
  }
}
