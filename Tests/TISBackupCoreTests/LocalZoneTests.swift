import Glibc
import TISBackupTestSupport
import Testing

@testable import TISBackupCore

struct LocalZoneTests {
  private func seconds(_ text: String, in zone: LocalZone = .paris) throws -> [Int] {
    let utc = try #require(Instant(catalogText: text, in: .utc))
    return zone.instants(showing: CivilTime(secondsSince1970: utc.seconds)).map(\.seconds)
  }

  @Test(arguments: [
    ("2026-10-25T01:59:59", [1_792_886_399]),
    ("2026-10-25T02:00:00", [1_792_886_400, 1_792_890_000]),
    ("2026-10-25T02:30:00", [1_792_888_200, 1_792_891_800]),
    ("2026-10-25T02:59:59", [1_792_889_999, 1_792_893_599]),
    ("2026-10-25T03:00:00", [1_792_893_600]), ("2027-03-28T01:59:59", [1_806_195_599]),
    ("2027-03-28T02:00:00", []), ("2027-03-28T02:30:00", []), ("2027-03-28T02:59:59", []),
    ("2027-03-28T03:00:00", [1_806_195_600]), ("2026-07-01T12:00:00", [1_782_900_000]),
  ])
  func `a wall shows a time once, twice in autumn, and never in the hour left out`(
    _ text: String, _ expected: [Int]
  ) throws {
    #expect(try seconds(text) == expected)
  }

  @Test func `a time that was left out is read with the offset before the gap`() {
    for minute in [0, 30, 59] {
      let civil = CivilTime(year: 2027, month: 3, day: 28, hour: 2, minute: minute)
      let instant = LocalZone.paris.instant(of: civil)
      #expect(instant.seconds == 1_806_195_600 + minute * 60)
    }
  }

  @Test(arguments: [
    ("2026-10-26T12:00:00+01:00", 0, "2026-10-26T00:00:00.000000+01:00"),
    ("2026-10-26T12:00:00+01:00", 1, "2026-10-25T00:00:00.000000+02:00"),
    ("2026-10-25T23:59:59+01:00", 0, "2026-10-25T00:00:00.000000+02:00"),
    ("2026-10-25T00:00:00+02:00", 0, "2026-10-25T00:00:00.000000+02:00"),
    ("2027-03-29T00:00:00+02:00", 1, "2027-03-28T00:00:00.000000+01:00"),
    ("2026-11-24T03:00:00+01:00", 30, "2026-10-25T00:00:00.000000+02:00"),
    ("2026-11-24T03:00:00+01:00", 31, "2026-10-24T00:00:00.000000+02:00"),
    ("2026-11-24T03:00:00+01:00", -1, "2026-11-25T00:00:00.000000+01:00"),
  ])
  func `days back are counted on the calendar, not in hours`(
    _ now: String, _ days: Int, _ start: String
  ) throws {
    let now = try #require(Instant(catalogText: now, in: .paris))
    #expect(LocalZone.paris.startOfDay(days, before: now).catalogText(in: .paris) == start)
  }

  @Test func `where midnight is left out the day begins when the clock jumps`() throws {
    // 2027-03-28T00:00 jumps to 01:00.
    let zone = LocalZone { $0 < 1_806_192_000 ? 0 : 3600 }
    let noon = Instant(seconds: 1_806_192_000 + 43_200)
    let start = zone.startOfDay(0, before: noon)
    #expect(start.seconds == 1_806_192_000)
    #expect(zone.civilTime(at: start).hour == 1)
    #expect(zone.civilTime(at: start.adding(seconds: -1)).day == 27)
  }

  @Test func `where midnight comes twice the day begins with the first`() {
    // 2027-03-28T01:00 falls back to 00:00.
    let zone = LocalZone { $0 < 1_806_195_600 ? 0 : -3600 }
    let noon = Instant(seconds: 1_806_192_000 + 43_200)
    #expect(zone.startOfDay(0, before: noon).seconds == 1_806_192_000)
  }

  @Test func `every instant is among those that show its wall clock`() {
    var random = SeededGenerator(seed: 34)
    let (autumn, spring) = (1_792_890_000, 1_806_195_600)
    for _ in 0..<5000 {
      let near = Bool.random(using: &random) ? autumn : spring
      let second = near + Int.random(in: -100_000...100_000, using: &random)
      let instant = Instant(seconds: second, microseconds: 9)
      let shown = LocalZone.paris.civilTime(at: instant)
      let candidates = LocalZone.paris.instants(showing: shown)
      #expect(candidates.contains(instant) && candidates == candidates.sorted())
      let isRepeated = (autumn - 3600..<autumn + 3600).contains(second)
      #expect(candidates.count == (isRepeated ? 2 : 1))
      #expect(LocalZone.paris.instant(of: shown, notBefore: instant) == instant)
      #expect(LocalZone.paris.instant(of: shown) == candidates.first)
      let day = LocalZone.paris.startOfDay(0, before: instant)
      #expect(day <= instant && instant.seconds(since: day) < 90_000)
      #expect(LocalZone.paris.startOfDay(1, before: instant) < day)
    }
  }

  @Test func `the system's own rule for Paris is the one these tests are made with`() async {
    await #expect(processExitsWith: .success) {
      setenv("TZ", "Europe/Paris", 1)
      tzset()
      for second in stride(from: 1_767_225_600, to: 1_830_000_000, by: 1800) {
        #expect(LocalZone.system.offset(second) == LocalZone.paris.offset(second))
      }
      for change in [1_774_746_000, 1_792_890_000, 1_806_195_600, 1_824_944_400] {
        #expect(LocalZone.system.offset(change - 1) == LocalZone.paris.offset(change - 1))
        #expect(LocalZone.system.offset(change) == LocalZone.paris.offset(change))
      }
    }
  }
}
