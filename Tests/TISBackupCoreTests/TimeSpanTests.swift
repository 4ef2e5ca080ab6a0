import TISBackupTestSupport
import Testing

@testable import TISBackupCore

struct TimeSpanTests {
  @Test(arguments: [
    ("90s", 90), ("15m", 900), ("30h", 108_000), ("2d", 172_800), ("1w", 604_800), ("0", 0),
    ("45", 162_000), ("1.5", 5400), ("1.5h", 5400), ("1d2h", 93_600), ("1d 2h", 93_600),
    ("1w2d3h4m5s", 788_645), ("30H", 108_000), ("10 m", 600), (" 1 d 2 h", 93_600),
    ("0.5d", 43_200), ("9223372036854775807s", .max),
  ])
  func `a span is a number with units, a bare one counts hours here`(_ text: String, _ seconds: Int)
    throws
  {
    #expect(TimeSpan(text, bareUnit: .hours) == TimeSpan(seconds: seconds))
    #expect(try TimeSpan(parsing: text, bareUnit: .hours).seconds == seconds)
  }

  @Test(arguments: [
    "", " ", "h", "-1h", "+1h", "-5", "1x", "1h2", "1 2h", "2h1d", "1h1h", "1.h", ".5h", "1,5h",
    "1h ", "1e3s", "½h", "9223372036854775808s", "9223372036854775807m", "15250284452471w4d",
    "1d9223372036854775807s", "9223372036854775807", "٣h", "1hh",
  ])
  func `anything else is refused`(_ text: String) {
    #expect(TimeSpan(text, bareUnit: .hours) == nil)
    let error = #expect(throws: BackupError.self) { try TimeSpan(parsing: text, bareUnit: .hours) }
    #expect(
      error?.description == """
        '\(text)' is not a time span
        HINT: Write a number of hours, or one with a unit: 90s, 15m, 30h, 1d12h.
        """)
  }

  @Test(arguments: [
    (0, "0s"), (45, "45s"), (60, "1m"), (61, "1m 1s"), (420, "7m"), (3600, "1h"), (3605, "1h"),
    (79_800, "22h 10m"), (86_399, "23h 59m"), (187_200, "2d 4h"), (86_405, "1d"),
    (864_000, "10d"), (-90, "-1m 30s"), (.max, "106751991167300d 15h"),
    (.min, "-106751991167300d 15h"),
  ])
  func `people read the two largest units`(_ seconds: Int, _ text: String) {
    #expect(TimeSpan(seconds: seconds).description == text)
  }

  @Test func `spans compare as times, and units have names`() {
    #expect(TimeSpan(seconds: 59) < TimeSpan(seconds: 60))
    #expect(
      TimeSpan.Unit.allCases.map(\.plural) == ["seconds", "minutes", "hours", "days", "weeks"])
  }

  @Test func `a description reads back as its two largest units, and no text traps`() throws {
    var random = SeededGenerator(seed: 8)
    let pieces = ["1", "9", "0", ".", "s", "m", "h", "d", "w", " ", "-", "99999999999", "é"]
    for _ in 0..<5000 {
      let limit = 1 << Int.random(in: 1...62, using: &random)
      let span = TimeSpan(seconds: Int.random(in: 0...limit, using: &random))
      let read = try #require(TimeSpan(span.description, bareUnit: .hours))
      #expect(read <= span && read.description == span.description)
      if let span = TimeSpan(random.text(of: pieces, upTo: 10), bareUnit: .days) {
        #expect(span.seconds >= 0)
      }
    }
  }
}
