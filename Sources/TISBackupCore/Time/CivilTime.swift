/// A date and time of day as a calendar and a clock on the wall show them, without a zone.
package struct CivilTime: Sendable, Hashable {
  package var year: Int
  package var month: Int
  package var day: Int
  package var hour: Int
  package var minute: Int
  package var second: Int
  /// Millionths of a second, 0 to 999,999.
  package var microsecond: Int

  package init(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
    microsecond: Int = 0
  ) {
    (self.year, self.month, self.day) = (year, month, day)
    (self.hour, self.minute, self.second, self.microsecond) = (hour, minute, second, microsecond)
  }

  /// The wall clock that stands `seconds` after 1970-01-01T00:00:00 of the same wall.
  package init(secondsSince1970 seconds: Int, microsecond: Int = 0) {
    let days = (Double(seconds) / 86_400).rounded(.down)
    let rest = seconds - Int(days) * 86_400
    (year, month, day) = Self.date(ofDay: Int(days))
    (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
    self.microsecond = microsecond
  }

  /// Seconds since 1970-01-01T00:00:00 on the same wall; no zone takes part.
  package var secondsSince1970: Int {
    Self.day(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
  }

  /// Whether this is a day that exists and a time that a clock can show (leap seconds included).
  package var isValid: Bool {
    (1...9999).contains(year) && (1...12).contains(month) && (1...31).contains(day)
      && (0...23).contains(hour) && (0...59).contains(minute) && (0...60).contains(second)
      && Self.date(ofDay: Self.day(year: year, month: month, day: day)) == (year, month, day)
  }

  /// Days from 1970-01-01, in the proleptic Gregorian calendar.
  ///
  /// A year is taken to begin in March, so that the leap day is its last.
  private static func day(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func date(ofDay day: Int) -> (Int, Int, Int) {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }
}
