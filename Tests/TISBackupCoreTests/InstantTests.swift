import TISBackupTestSupport
import Testing

@testable import TISBackupCore

struct InstantTests {
  @Test(
    arguments: [
      (0, 0, 0), (1, 0, 1), (-1, -1, 999_999), (999_999, 0, 999_999), (1_000_000, 1, 0),
      (-1_000_000, -1, 0), (-1_000_001, -2, 999_999),
      (253_402_300_799_999_999, 253_402_300_799, 999_999),
      (-62_135_596_800_000_000, -62_135_596_800, 0),
      (.max, 9_223_372_036_854, 775_807), (.min, -9_223_372_036_855, 224_192),
    ] as [(Int64, Int, Int)])
  func `whole seconds are rounded down, exactly, for any instant`(
    _ microseconds: Int64, _ seconds: Int, _ rest: Int
  ) {
    let instant = Instant(microseconds: microseconds)
    #expect(instant.seconds == seconds)
    #expect(instant.microsecondOfSecond == rest)
  }

  @Test func `instants count and compare as time does`() {
    let instant = Instant(seconds: 100, microseconds: 5)
    #expect(instant.adding(seconds: 60).seconds(since: instant) == 60)
    #expect(instant.adding(seconds: -160).microseconds == -59_999_995)
    #expect(instant.seconds(since: Instant(seconds: 200)) == -100)
    #expect(instant > Instant(seconds: 100) && instant < Instant(seconds: 101))
  }

  @Test(arguments: [
    (1_792_888_200, "2026-10-25T02:30:00.000000+02:00"),
    (1_792_891_800, "2026-10-25T02:30:00.000000+01:00"),
    (1_806_195_599, "2027-03-28T01:59:59.000000+01:00"),
    (1_806_195_600, "2027-03-28T03:00:00.000000+02:00"),
    (253_402_297_199, "9999-12-31T23:59:59.000000+01:00"),
  ])
  func `the catalog's text is local, with its offset`(_ second: Int, _ text: String) {
    let instant = Instant(seconds: second)
    #expect(instant.catalogText(in: .paris) == text)
    #expect(Instant(catalogText: text, in: .paris) == instant)
    #expect(Instant(catalogText: text, in: .utc) == instant)
    #expect(instant.jsonText(in: .paris) == text.replacing(".000000", with: ""))
    #expect(instant.logText(in: .paris) == text.prefix(19).replacing("T", with: " "))
    #expect(instant.displayText(in: .paris) == text.prefix(16).replacing("T", with: " "))
  }

  @Test(arguments: [(-12_600, "-03:30"), (20_700, "+05:45"), (50_400, "+14:00"), (-1800, "-00:30")])
  func `offsets of any zone are written with their sign`(_ offset: Int, _ text: String) {
    let zone = LocalZone { _ in offset }
    let instant = Instant(seconds: 1_792_888_200, microseconds: 42)
    #expect(instant.catalogText(in: zone).hasSuffix(".000042" + text))
    #expect(Instant(catalogText: instant.catalogText(in: zone), in: .paris) == instant)
  }

  @Test(
    arguments: [
      ("2026-11-23T19:10:54.805858", 1_795_457_454_805_858),
      ("2026-11-23T19:10:54", 1_795_457_454_000_000),
      ("2026-11-23 19:10:54", 1_795_457_454_000_000),
      ("2026-11-23T19:10:54.8", 1_795_457_454_800_000),
      ("2026-11-23T19:10:54.805858999", 1_795_457_454_805_858),
      ("2026-11-23T18:10:54.805858Z", 1_795_457_454_805_858),
      ("2026-11-23T13:10:54-0500", 1_795_457_454_000_000),
      ("2026-11-23T18:10:60Z", 1_795_457_460_000_000),
      ("2026-10-25T02:30:00", 1_792_888_200_000_000),
      ("2027-03-28T02:30:00", 1_806_197_400_000_000),
    ] as [(String, Int64)])
  func `a time is read in every form that was ever written`(_ text: String, _ microseconds: Int64) {
    #expect(Instant(catalogText: text, in: .paris) == Instant(microseconds: microseconds))
  }

  @Test(arguments: [
    "", "now", "2026-11-23", "2026-11-23T19:10", "2026-11-23T19:10:54.", "2026-11-23T19:10:54 ",
    " 2026-11-23T19:10:54", "2026-11-23t19:10:54", "2026-11-23T19:10:54.1234567890",
    "2026-11-23T19:10:54+1", "2026-11-23T19:10:54+24:00", "2026-11-23T19:10:54+01:60",
    "2026-11-23T19:10:54Zx", "2026-11-23T19:10:54z", "26-11-23T19:10:54", "2026-13-01T00:00:00",
    "2026-02-29T00:00:00", "2026-11-23T24:00:00", "0000-01-01T00:00:00", "2026-11-23T19:10:5x",
    "２０２６-11-23T19:10:54", "+026-11-23T19:10:54", "2026-11-23T19:10:54\0", "NaN",
  ])
  func `what is no such time is never guessed`(_ text: String) {
    #expect(Instant(catalogText: text, in: .paris) == nil)
  }

  @Test func `in the repeated hour an end without an offset is not before its start`() throws {
    let (first, second) = (Instant(seconds: 1_792_888_200), Instant(seconds: 1_792_891_800))
    let text = "2026-10-25T02:30:00"
    #expect(Instant(catalogText: text, in: .paris, notBefore: first) == first)
    #expect(Instant(catalogText: text, in: .paris, notBefore: first.adding(seconds: 1)) == second)
    #expect(Instant(catalogText: text, in: .paris, notBefore: second.adding(seconds: 1)) == first)
  }

  @Test func `any instant of an administrator's life comes back from its text`() {
    var random = SeededGenerator(seed: 32)
    for _ in 0..<5000 {
      let instant = Instant(
        microseconds: Int64.random(in: 0...253_402_297_199_999_999, using: &random))
      #expect(Instant(catalogText: instant.catalogText(in: .paris), in: .utc) == instant)
    }
  }

  @Test func `no text traps, and what is read has the digits that were there`() {
    var random = SeededGenerator(seed: 33)
    let pieces = ["2026-11-23T19:10:54", "2026", "-", "T", ":", ".", "1", "00", "Z", "+01:00", "é"]
    for _ in 0..<5000 {
      let text = random.text(of: pieces, upTo: 12)
      guard let instant = Instant(catalogText: text, in: .utc) else { continue }
      #expect(text.utf8.count >= 19)
      #expect(instant.seconds >= 0)
    }
  }
}
