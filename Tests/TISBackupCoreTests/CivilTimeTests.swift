import TISBackupTestSupport
import Testing

@testable import TISBackupCore

struct CivilTimeTests {
  @Test(arguments: [
    (CivilTime(year: 1970, month: 1, day: 1), 0),
    (CivilTime(year: 1969, month: 12, day: 31, hour: 23, minute: 59, second: 59), -1),
    (CivilTime(year: 2000, month: 2, day: 29), 951_782_400),
    (CivilTime(year: 1900, month: 3, day: 1), -2_203_891_200),
    (CivilTime(year: 2100, month: 3, day: 1), 4_107_542_400),
    (CivilTime(year: 2026, month: 11, day: 23, hour: 18, minute: 10, second: 54), 1_795_457_454),
    (
      CivilTime(year: 9999, month: 12, day: 31, hour: 23, minute: 59, second: 59), 253_402_300_799
    ),
    (CivilTime(year: 1, month: 1, day: 1), -62_135_596_800),
  ])
  func `a wall clock counts the seconds since 1970, and back`(_ civil: CivilTime, _ seconds: Int) {
    #expect(civil.secondsSince1970 == seconds)
    #expect(CivilTime(secondsSince1970: seconds) == civil)
    #expect(civil.isValid)
  }

  @Test(arguments: [
    CivilTime(year: 2026, month: 2, day: 29), CivilTime(year: 2100, month: 2, day: 29),
    CivilTime(year: 2026, month: 4, day: 31), CivilTime(year: 2026, month: 0, day: 1),
    CivilTime(year: 2026, month: 13, day: 1), CivilTime(year: 2026, month: 1, day: 0),
    CivilTime(year: 2026, month: 1, day: 32), CivilTime(year: 0, month: 1, day: 1),
    CivilTime(year: 10_000, month: 1, day: 1), CivilTime(year: -4, month: 1, day: 1),
    CivilTime(year: 2026, month: 1, day: 1, hour: 24),
    CivilTime(year: 2026, month: 1, day: 1, minute: 60),
    CivilTime(year: 2026, month: 1, day: 1, second: 61),
    CivilTime(year: 2026, month: 1, day: 1, hour: -1),
  ])
  func `a day or a time that does not exist is not valid`(_ civil: CivilTime) {
    #expect(!civil.isValid)
  }

  @Test func `every day from the year 1 to 9999 follows the one before it`() {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    var (year, month, day) = (1, 1, 1)
    var wrong = 0
    for number in stride(from: -62_135_596_800, through: 253_402_300_799, by: 86_400) {
      let civil = CivilTime(secondsSince1970: number)
      if civil != CivilTime(year: year, month: month, day: day) || !civil.isValid { wrong += 1 }
      if civil.secondsSince1970 != number { wrong += 1 }
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      day += 1
      if day > lengths[month - 1] + (isLeap && month == 2 ? 1 : 0) { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
    #expect(wrong == 0)
    #expect((year, month, day) == (10_000, 1, 1))
  }

  @Test func `any second comes back as itself`() {
    var random = SeededGenerator(seed: 31)
    for _ in 0..<5000 {
      let second = Int.random(in: -62_135_596_800...253_402_300_799, using: &random)
      let civil = CivilTime(secondsSince1970: second, microsecond: 7)
      #expect(civil.isValid && civil.secondsSince1970 == second && civil.microsecond == 7)
    }
  }
}
