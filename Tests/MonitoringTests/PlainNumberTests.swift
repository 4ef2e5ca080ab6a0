import TISBackupTestSupport
import Testing

@testable import Monitoring

struct PlainNumberTests {
  @Test(arguments: [
    (0, "0"), (-0.0, "0"), (1, "1"), (-1, "-1"), (0.1, "0.1"), (-2.5, "-2.5"),
    (1e15, "1000000000000000"),
    (1e16, "10000000000000000"), (-1e16, "-10000000000000000"), (1e-05, "0.00001"),
    (1.5e-07, "0.00000015"), (-1.25e-10, "-0.000000000125"), (123_456.789, "123456.789"),
    (9_223_372_036_854_775_808, "9223372036854776000"), (1e21, "1000000000000000000000"),
    (1.5e22, "15000000000000000000000"), (100, "100"), (0.5, "0.5"),
    (.leastNonzeroMagnitude, "0." + String(repeating: "0", count: 323) + "5"),
  ])
  func `a number is digits and a point, whatever its size`(_ value: Double, _ text: String) {
    #expect(PlainNumber.text(value) == text)
  }

  @Test(
    arguments: [
      (0, 0, "0"), (5, 0, "5"), (-5, 0, "-5"), (0, 2, "0.00"), (5, 2, "0.05"), (-5, 2, "-0.05"),
      (123, 2, "1.23"), (-123, 3, "-0.123"), (1234, 3, "1.234"), (1, 9, "0.000000001"),
      (.max, 0, "9223372036854775807"), (.min, 0, "-9223372036854775808"),
      (.min, 9, "-9223372036.854775808"), (7, -1, "7"),
    ] as [(Int64, Int, String)])
  func `decimals are as many as were asked for`(_ digits: Int64, _ decimals: Int, _ text: String) {
    #expect(PlainNumber.text(digits: digits, decimals: decimals) == text)
  }

  @Test func `every finite number reads back as itself, and shows no exponent`() {
    var random = SeededGenerator(seed: 21)
    for _ in 0..<5000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      let text = PlainNumber.text(value)
      #expect(Double(text) == value)
      #expect(text.utf8.allSatisfy { "-.0123456789".utf8.contains($0) })
      #expect(!text.hasSuffix(".0") && !text.hasSuffix("."))
    }
  }
}
