import TISBackupCore
import Testing

@Suite("Times of a day")
struct DailyWindowsTests {
  private static func time(_ hour: Int, _ minute: Int, second: Int = 0) -> CivilTime {
    CivilTime(year: 2026, month: 11, day: 27, hour: hour, minute: minute, second: second)
  }

  @Test(arguments: [
    ("22:00-06:00", 21, 59, false), ("22:00-06:00", 22, 0, true), ("22:00-06:00", 0, 0, true),
    ("22:00-06:00", 5, 59, true), ("22:00-06:00", 6, 0, false), ("22:00-06:00", 12, 0, false),
    ("12:30-13:30", 12, 29, false), ("12:30-13:30", 12, 30, true), ("12:30-13:30", 13, 29, true),
    ("12:30-13:30", 13, 30, false), ("12:30-13:30", 0, 0, false),
    ("00:00-24:00", 0, 0, true), ("00:00-24:00", 23, 59, true),
    ("18:00-24:00", 23, 59, true), ("18:00-24:00", 0, 0, false), ("18:00-00:00", 23, 59, true),
    ("18:00-00:00", 0, 0, false),
    ("01:00-02:00,22:00-23:00", 1, 30, true), ("01:00-02:00, 22:00-23:00", 22, 30, true),
    (" 01:00 - 02:00 , 22:00-23:00 ", 1, 0, true), ("01:00-02:00,22:00-23:00", 12, 0, false),
  ])
  func `begin at their first minute and end before their last, also over midnight`(
    _ text: String, _ hour: Int, _ minute: Int, _ isInside: Bool
  ) throws {
    let windows = try #require(DailyWindows(text))
    #expect(windows.contains(Self.time(hour, minute)) == isInside)
    #expect(windows.contains(Self.time(hour, minute, second: 59)) == isInside)
  }

  @Test(arguments: [
    "", "22:00", "22:00-", "-06:00", "22-06", "22:00-06:00-07:00", "22:00-06:60", "24:00-06:00",
    "25:00-06:00", "22:00-24:01", "7:00-8:00", "22:00-22:00", "22:00-06:00,", ",22:00-06:00",
    "22:00-06:00,,01:00-02:00", "22.00-06.00", "22:00–06:00", "at night", "2 2:00-06:00",
    "22:00-06:00 x", "-1:00-06:00", "22:000-06:00",
  ])
  func `are nothing else`(_ text: String) {
    #expect(DailyWindows(text) == nil)
  }
}
