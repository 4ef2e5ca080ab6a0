import TISBackupTestSupport
import Testing

@testable import TISBackupCore

struct ByteCountTests {
  @Test(arguments: [
    ("0", 0), ("123", 123), ("123 B", 123), ("1K", 1024), ("1k", 1024), ("1KiB", 1024),
    ("1kB", 1000), ("1KB", 1000), ("700M", 734_003_200), ("700MiB", 734_003_200),
    ("700 MB", 700_000_000), ("10 GiB", 10_737_418_240), ("1.5GB", 1_500_000_000),
    ("1.5g", 1_610_612_736), ("2T", 2_199_023_255_552), ("1P", 1_125_899_906_842_624),
    ("1PB", 1_000_000_000_000_000), ("9223372036854775807", .max),
  ])
  func `a size is a number with a unit`(_ text: String, _ bytes: Int64) throws {
    #expect(ByteCount(text) == ByteCount(bytes))
    #expect(try ByteCount(parsing: text).bytes == bytes)
  }

  @Test(arguments: [
    "", " ", "M", "-1", "+1", "1X", "1Mi", "1bB", "1MBs", "1,5G", "1.G", "1 2M", "1M2", "5%",
    "9223372036854775808", "8192P", "9223372036854775807K", "٣M", "1iB",
  ])
  func `anything else is refused`(_ text: String) {
    #expect(ByteCount(text) == nil)
    let error = #expect(throws: BackupError.self) { try ByteCount(parsing: text) }
    #expect(
      error?.description == """
        '\(text)' is not a size
        HINT: Write bytes, or a number with a unit: 700M, 1.5GiB, 2TB.
        """)
  }

  @Test(arguments: [
    (0, "0 B"), (512, "512 B"), (1023, "1023 B"), (1024, "1 KiB"), (1536, "1.5 KiB"),
    (734_003_200, "700 MiB"), (1_503_238_554, "1.4 GiB"), (104_752_742, "99.9 MiB"),
    (104_805_172, "100 MiB"), (1_048_063, "1023 KiB"), (1_048_064, "1 MiB"),
    (1_073_741_823, "1 GiB"), (-1536, "-1.5 KiB"), (.max, "8192 PiB"), (.min, "-8192 PiB"),
  ])
  func `people read it in steps of 1024`(_ bytes: Int64, _ text: String) {
    #expect(ByteCount(bytes).description == text)
  }

  @Test func `sizes compare as numbers`() {
    #expect(ByteCount(999) < ByteCount(1000))
  }

  @Test func `a description reads back nearly the same, and no text traps`() throws {
    var random = SeededGenerator(seed: 9)
    let pieces = ["1", "9", "0", ".", "k", "M", "G", "iB", "B", " ", "-", "99999999999", "é"]
    for _ in 0..<5000 {
      let limit = Int64(1) << Int64.random(in: 1...61, using: &random)
      let size = ByteCount(Int64.random(in: 0...limit, using: &random))
      let read = try #require(ByteCount(size.description))
      #expect(abs(read.bytes - size.bytes) <= size.bytes / 19)
      if let size = ByteCount(random.text(of: pieces, upTo: 10)) { #expect(size.bytes >= 0) }
    }
  }
}
