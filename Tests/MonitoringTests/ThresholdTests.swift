import Testing

@testable import Monitoring

struct ThresholdTests {
  @Test(
    arguments: [
      ("10", [-1, -0.1, 10.1, 11, 1e300], [0, 5.5, 10]),
      ("10:", [9.9, 0, -10, -1e300], [10, 11, 1e300]),
      ("~:10", [10.1, 11, 1e300], [10, 0, -11, -1e300]),
      ("10:20", [9.9, 20.1, 0, -15], [10, 15, 20]),
      ("@10:20", [10, 15, 20], [9.9, 20.1, 0]),
      ("@10", [0, 10], [-0.1, 10.1]), ("@10:", [10, 1e300], [9.9]),
      ("@~:10", [-1e300, 10], [10.1]),
      (":10", [-1, 11], [0, 10]), ("0", [-1, 1], [0]), ("0:", [-0.1], [0, 1e300]),
      ("~:", [], [-1e300, 0, 1e300]), ("@~:", [-1e300, 0, 1e300], []),
      ("-5:2.5", [-5.1, 2.6], [-5, 0, 2.5]), ("-20:-10", [-21, -9, 0], [-20, -10]),
      ("10:10", [9, 11], [10]), ("007", [-1, 8], [0, 7]), ("-0", [-1, 1], [0]),
    ] as [(String, [Double], [Double])])
  func `a range alerts outside of its bounds, and with @ inside of them`(
    _ text: String, on bad: [Double], notOn good: [Double]
  ) throws {
    let threshold = try Threshold(parsing: text)
    for value in bad { #expect(threshold.isViolated(by: value), "\(text) accepts \(value)") }
    for value in good { #expect(!threshold.isViolated(by: value), "\(text) refuses \(value)") }
    #expect(threshold.isViolated(by: .nan))
  }

  @Test(arguments: [
    "", ":", "@", "@:", "~", "@~", "10:~", "~10", "~10:", "1:2:3", "::", "1::", "@@10", "10@",
    " ", " 10", "10 ", "10: 20", "\t10", "10\n", "a", "10h", "1,5", "+10", "--10", "-", "-:5", ".",
    "1.2.3", "1e3", "1E3", "0x10", "0b1", "nan", "NaN", "inf", "-inf", "infinity", "1_000", "٣",
    "½", "10;20", "10|20", "10–20",
  ])
  func `what is not a range of plain numbers is refused`(_ text: String) {
    #expect(throws: ThresholdError.malformed(text)) { try Threshold(parsing: text) }
  }

  @Test func `a number too large for a double is refused, not taken for infinity`() {
    let huge = "1" + String(repeating: "0", count: 400)
    for text in [huge, huge + ":", "~:" + huge, "-" + huge + ":1", "@" + huge] {
      #expect(throws: ThresholdError.malformed(text)) { try Threshold(parsing: text) }
    }
  }

  @Test(arguments: ["20:10", "@20:10", "10:9.99", "-5", ":-1", "-1:-2"])
  func `a range that starts after it ends is refused`(_ text: String) {
    #expect(throws: ThresholdError.inverted(text)) { try Threshold(parsing: text) }
  }

  @Test(arguments: [
    (
      ThresholdError.malformed("x"),
      "threshold 'x' is not a range such as 30, 10:, ~:30, 10:20 or @10:20"
    ),
    (
      .inverted("20:10"),
      "threshold '20:10' starts after it ends; a range is written low:high, as 10:20"
    ),
    (
      .malformed("a|b\n\u{1b}[31mc\u{202e}"),
      "threshold 'a/b c' is not a range such as 30, 10:, ~:30, 10:20 or @10:20"
    ),
  ])
  func `a refusal shows the text, made safe, and the right form`(
    _ error: ThresholdError, _ text: String
  ) {
    #expect(error.description == text)
  }

  @Test func `a refusal of an endless text stays short`() {
    let error = ThresholdError.malformed(String(repeating: "9:", count: 10_000))
    #expect(error.description.utf8.count < 160)
    #expect(error.description.contains("..."))
  }

  @Test func `bounds may be written in a unit of the caller's`() throws {
    var asked: [String] = []
    let threshold = try Threshold(parsing: "@1h:2h") { text in
      asked.append(String(text))
      return Double(text.dropLast()).map { $0 * 3600 }
    }
    #expect(asked.sorted() == ["1h", "2h"])
    #expect((threshold.start, threshold.end) == (3600, 7200))
    #expect(threshold.alertsInside)
  }

  @Test(arguments: ["~:", "~:1", "1:", ":1", "", ":", "@", "@~:"])
  func `a caller's unit is never asked for an empty bound or for a tilde`(_ text: String) {
    _ = try? Threshold(parsing: text) { bound in
      #expect(!bound.isEmpty && bound != "~")
      return 1
    }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func `a caller's unit cannot smuggle in what is no number`(_ value: Double) {
    #expect(throws: ThresholdError.malformed("x:")) {
      try Threshold(parsing: "x:") { _ in value }
    }
  }

  @Test(
    arguments: [
      (10, [10.1], [10, 0, -5]), (-3, [-2], [-3, -4]), (.infinity, [], [1e300, -1e300]),
      (.nan, [0, -1e300, 1e300], []),
    ] as [(Double, [Double], [Double])])
  func `an upper limit alerts above it and nowhere else`(
    _ limit: Double, on bad: [Double], notOn good: [Double]
  ) {
    let threshold = Threshold(atMost: limit)
    #expect(bad.allSatisfy(threshold.isViolated) && !good.contains(where: threshold.isViolated))
  }

  @Test(arguments: [
    ("10", 10), ("0:10", 10), ("~:10", 10), ("-5:10", 10), ("10:", 10), ("0:", 0), ("-7:", -7),
    ("10:20", nil), ("@10", nil), ("@10:20", nil), ("@10:", nil), ("~:", nil),
  ])
  func `a graph gets the one number that a range stands for, if it has one`(
    _ text: String, _ limit: Double?
  ) throws {
    #expect(try Threshold(parsing: text).plainLimit == limit)
  }

  @Test(arguments: [
    ("10", "10"), ("0:10", "10"), (":10", "10"), ("10:", "10:"), ("0:", "0:"), ("~:10", "~:10"),
    ("~:", "~:"), ("10:20", "10:20"), ("@10:20", "@10:20"), ("@0:5", "@5"), ("-5:2.50", "-5:2.5"),
    ("007", "7"), ("0.00001:", "0.00001:"), ("100000000000000000000", "100000000000000000000"),
    ("-0:5", "5"),
  ])
  func `a range is written in its shortest form`(_ text: String, _ short: String) throws {
    let threshold = try Threshold(parsing: text)
    #expect(threshold.description == short)
    #expect(try Threshold(parsing: short) == threshold)
  }
}
