import Monitoring
import Testing

@testable import PassiveChecks

struct NSCAPacketTests {
  private static let packet = NSCAPacket(
    host: "web1", service: "backup-web1", code: 2, output: "CRITICAL - old | a=1")
  private static let greeting = NSCAGreeting(
    (0..<128).map { UInt8(truncatingIfNeeded: $0 * 7 + 3) } + [1, 2, 3, 4])

  /// CRC-32 bit by bit, as its standard has it; not that of zlib.
  private func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var sum = ~UInt32(0)
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 {
        let isOdd = sum & 1 == 1
        sum >>= 1
        if isOdd { sum ^= 0xEDB8_8320 }
      }
    }
    return ~sum
  }

  @Test(arguments: [
    (NSCAPacket.Form.long, 4304, 4095, 0xd834_72ee as UInt32),
    (.short, 720, 511, 0x396b_1142),
  ])
  func `a packet has each field at its place, and zeros in between`(
    _ form: NSCAPacket.Form, _ size: Int, _ limit: Int, _ sum: UInt32
  ) {
    let bytes = Self.packet.bytes(form, timestamp: 0x0102_0304)
    #expect(bytes.count == size && form.size == size && form.outputLimit == limit)
    var expected = [UInt8](repeating: 0, count: size)
    let fields: [(Int, [UInt8])] = [
      (0, [0, 3]), (8, [1, 2, 3, 4]), (12, [0, 2]), (14, Array("web1".utf8)),
      (78, Array("backup-web1".utf8)), (206, Array("CRITICAL - old | a=1".utf8)),
    ]
    for (offset, field) in fields {
      expected.replaceSubrange(offset..<offset + field.count, with: field)
    }
    #expect(checksum(expected) == sum)
    let sumBytes = withUnsafeBytes(of: sum.bigEndian) { Array($0) }
    expected.replaceSubrange(4..<8, with: sumBytes)
    #expect(bytes == expected)
  }

  @Test(arguments: [
    (NSCAPacket.Form.long, "secret", 2_803_096_395 as UInt32), (.short, "secret", 1_838_554_927),
  ])
  func `method 1 lays the daemon's seed and the password over a packet`(
    _ form: NSCAPacket.Form, _ password: String, _ sum: UInt32
  ) throws {
    let greeting = try #require(Self.greeting)
    let clear = Self.packet.bytes(form, timestamp: greeting.timestamp)
    let mask = greeting.mask(password: Array(password.utf8), count: form.size)
    #expect(checksum(zip(clear, mask).map { $0 ^ $1 }) == sum)
    // Both begin anew behind their ends: byte 128 has seed 0, and letter 2 of `secret`.
    #expect(Array(mask[..<2]) == [3 ^ 0x73, 10 ^ 0x65] && mask[128] == 3 ^ 0x63)
  }

  @Test func `without a password only the seed is laid over a packet`() throws {
    let greeting = try #require(Self.greeting)
    #expect(greeting.mask(password: [], count: 256) == greeting.seed + greeting.seed)
  }

  @Test(arguments: NSCAPacket.Form.allCases)
  func `a text that is too long never reaches the next field`(_ form: NSCAPacket.Form) {
    let long = String(repeating: "x", count: 9000)
    let bytes = NSCAPacket(host: long, service: long, code: 0, output: long)
      .bytes(form, timestamp: 0)
    #expect(bytes.count == form.size)
    let nuls = bytes.indices.filter { $0 >= 14 && bytes[$0] == 0 }
    #expect(nuls == [77, 205, form.size - 3, form.size - 2, form.size - 1])
  }

  @Test func `a result is one line that fits`() {
    let long = String(repeating: "word ", count: 2000)
    for form in NSCAPacket.Form.allCases {
      let packet = NSCAPacket(.sample(.critical, long), form)
      #expect(packet.code == 2 && packet.host == "web1" && packet.service == "backup-web1")
      #expect(packet.output.utf8.count <= form.outputLimit)
      // What a headline may have is less than a long packet has room for.
      #expect(packet.output.utf8.count > 500)
      #expect(!packet.output.contains("\n"))
    }
  }

  @Test(arguments: [0, 1, 131, 133])
  func `a greeting of any other size is none`(_ count: Int) {
    #expect(NSCAGreeting([UInt8](repeating: 1, count: count)) == nil)
  }

  @Test func `a greeting is passed on as it came`() {
    let bytes = (0..<132).map { UInt8(truncatingIfNeeded: $0 * 31) }
    #expect(NSCAGreeting(bytes)?.bytes == bytes)
    #expect(NSCAGreeting(bytes)?.timestamp == bytes[128...].reduce(0) { $0 << 8 | UInt32($1) })
  }
}
