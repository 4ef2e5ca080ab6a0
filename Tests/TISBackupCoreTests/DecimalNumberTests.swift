import Testing

@testable import TISBackupCore

struct DecimalNumberTests {
  @Test(
    arguments: [
      ("12", 1, 12), ("1.5", 60, 90), ("0.1", 1000, 100), ("1.4", 1, 1), ("1.5", 1, 2),
      (" 2 ", 3, 6),
      ("0.999999999", 1 << 50, 1_125_899_905_716_724), ("0.9999999999999999999999", 1, 1),
      ("9223372036854775807", 1, .max), ("007", 1, 7), ("0", .max, 0),
    ] as [(Substring, Int64, Int64)])
  func `a number times a unit is exact, then rounded`(
    _ text: Substring, _ unit: Int64, _ product: Int64
  ) {
    #expect(DecimalNumber(text)?.times(unit) == product)
  }

  @Test(arguments: ["", " ", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", "1 2", "٣", "1.2.3", "0x1"])
  func `anything but digits with one dot between them is no number`(_ text: Substring) {
    #expect(DecimalNumber(text) == nil)
  }

  @Test func `what is too large is nothing`() {
    #expect(DecimalNumber("9223372036854775808") == nil)
    #expect(DecimalNumber("9223372036854775807.5")?.times(1) == nil)
    #expect(DecimalNumber("9223372036854775807")?.times(2) == nil)
  }
}
