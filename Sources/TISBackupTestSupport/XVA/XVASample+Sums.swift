extension XVASample {
  /// The checksum of a chunk as a host writes it, computed without any library of ours.
  package static func sum(of data: [UInt8], _ sum: Sum) -> String {
    switch sum {
    case .xxHash: hex(xxh64(data), digits: 16).uppercased()
    case .sha1: sha1(data).map { hex(UInt64($0), digits: 8) }.joined()
    }
  }

  private static func hex(_ number: UInt64, digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: digits - text.count) + text
  }

  /// XXH64 with seed 0, from its specification (`doc/xxhash_spec.md` of xxHash).
  private static func xxh64(_ data: [UInt8]) -> UInt64 {
    let primes: [UInt64] = [
      0x9e37_79b1_85eb_ca87, 0xc2b2_ae3d_27d4_eb4f, 0x1656_67b1_9e37_79f9, 0x85eb_ca77_c2b2_ae63,
      0x27d4_eb2f_1656_67c5,
    ]
    func turned(_ value: UInt64, _ bits: UInt64) -> UInt64 { value << bits | value >> (64 - bits) }
    func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
      turned(lane &+ input &* primes[1], 31) &* primes[0]
    }
    func number(at index: Int, _ count: Int) -> UInt64 {
      (0..<count).reduce(0) { $0 | UInt64(data[index + $1]) << UInt64(8 * $1) }
    }
    var index = 0
    var hash = primes[4]
    if data.count >= 32 {
      var lanes = [primes[0] &+ primes[1], primes[1], 0, 0 &- primes[0]]
      while index + 32 <= data.count {
        for lane in 0..<4 { lanes[lane] = round(lanes[lane], number(at: index + 8 * lane, 8)) }
        index += 32
      }
      hash = zip(lanes, [1, 7, 12, 18]).reduce(0) { $0 &+ turned($1.0, $1.1) }
      for lane in lanes { hash = (hash ^ round(0, lane)) &* primes[0] &+ primes[3] }
    }
    hash &+= UInt64(data.count)
    while index + 8 <= data.count {
      hash = turned(hash ^ round(0, number(at: index, 8)), 27) &* primes[0] &+ primes[3]
      index += 8
    }
    if index + 4 <= data.count {
      hash = turned(hash ^ number(at: index, 4) &* primes[0], 23) &* primes[1] &+ primes[2]
      index += 4
    }
    for byte in data[index...] { hash = turned(hash ^ UInt64(byte) &* primes[4], 11) &* primes[0] }
    hash = (hash ^ hash >> 33) &* primes[1]
    hash = (hash ^ hash >> 29) &* primes[2]
    return hash ^ hash >> 32
  }

  /// SHA-1 (FIPS 180-4).
  private static func sha1(_ data: [UInt8]) -> [UInt32] {
    func turned(_ value: UInt32, _ bits: UInt32) -> UInt32 { value << bits | value >> (32 - bits) }
    var message = data + [0x80]
    message += [UInt8](repeating: 0, count: (120 - message.count % 64) % 64)
    message += (0..<8).map { UInt8(truncatingIfNeeded: (data.count * 8) >> (56 - 8 * $0)) }
    var state: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]
    for block in stride(from: 0, to: message.count, by: 64) {
      var words = (0..<16).map { word in
        (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(message[block + 4 * word + $1]) }
      }
      for word in 16..<80 {
        words.append(
          turned(words[word - 3] ^ words[word - 8] ^ words[word - 14] ^ words[word - 16], 1))
      }
      var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
      for (word, input) in words.enumerated() {
        let (mixed, key): (UInt32, UInt32)
        switch word {
        case ..<20: (mixed, key) = (b & c | ~b & d, 0x5a82_7999)
        case ..<40: (mixed, key) = (b ^ c ^ d, 0x6ed9_eba1)
        case ..<60: (mixed, key) = (b & c | b & d | c & d, 0x8f1b_bcdc)
        default: (mixed, key) = (b ^ c ^ d, 0xca62_c1d6)
        }
        (a, b, c, d, e) = (turned(a, 5) &+ mixed &+ e &+ key &+ input, a, turned(b, 30), c, d)
      }
      state = zip(state, [a, b, c, d, e]).map { $0 &+ $1 }
    }
    return state
  }
}
