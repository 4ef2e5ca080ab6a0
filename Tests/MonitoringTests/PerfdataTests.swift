import Testing

@testable import Monitoring

struct PerfdataTests {
  @Test(arguments: [
    (Perfdata("age", 5), "'age'=5"),
    (Perfdata("age", 5, unit: .seconds), "'age'=5s"),
    (Perfdata("size", .max, unit: .bytes), "'size'=9223372036854775807B"),
    (Perfdata("size", .min, unit: .bytes), "'size'=-9223372036854775808B"),
    (Perfdata("share", 99, unit: .percent), "'share'=99%"),
    (Perfdata("age", 5, warning: Threshold(atMost: 10)), "'age'=5;10"),
    (Perfdata("age", 5, critical: Threshold(atMost: 1e16)), "'age'=5;;10000000000000000"),
    (Perfdata("age", 5, minimum: 0), "'age'=5;;;0"),
    (Perfdata("age", 5, maximum: 100), "'age'=5;;;;100"),
    (
      Perfdata(
        "age", 5, unit: .seconds, warning: Threshold(atMost: 10), critical: Threshold(atMost: 20.5),
        minimum: -1, maximum: .max), "'age'=5s;10;20.5;-1;9223372036854775807"
    ),
    (Perfdata("age", 5, minimum: 0, maximum: 0), "'age'=5;;;0;0"),
  ])
  func `a token has the fields of the guidelines, and no empty ones at its end`(
    _ perfdata: Perfdata, _ text: String
  ) {
    #expect(perfdata.description == text)
  }

  @Test(arguments: ["10:20", "@10", "@10:20", "~:"])
  func `a range that graphs cannot read is left out`(_ range: String) throws {
    let threshold = try Threshold(parsing: range)
    #expect(Perfdata("a", 1, warning: threshold, critical: threshold).description == "'a'=1")
    #expect(Perfdata("a", 1, warning: threshold, minimum: 0).description == "'a'=1;;;0")
  }

  @Test(arguments: [
    ("srv web_age", "srv web_age"), ("", "_"), ("a=b", "a_b"), ("it's", "it_s"), ("a|b", "a_b"),
    (#"a"b`c"#, "a_b_c"), ("a\nb\tc\0d\u{7f}", "a_b_c_d_"), ("a\r\nb", "a__b"),
    ("a\u{1b}[1m", "a_[1m"),
    ("a::b", "a:_b"), (":::", ":_:"), ("a:b", "a:b"), ("é", "é"), ("a\u{85}\u{2028}b", "a__b"),
    ("\u{202e}x", "_x"), ("==", "__"), ("'", "_"), ("=\u{301}", "_\u{301}"), ("a;b", "a;b"),
    ("|\u{301}", "_\u{301}"), ("'\u{200d}", "_\u{200d}"),
  ])
  func `what would end or break a label becomes an underscore`(_ label: String, _ safe: String) {
    #expect(Perfdata(label, 1).label == safe)
    #expect(Perfdata(label, 1.0, decimals: 0)?.label == safe)
  }

  @Test(arguments: [
    (1.005, 0, "1"), (0.5, 0, "1"), (1.25, 1, "1.3"), (-1.25, 1, "-1.3"), (-0.001, 2, "0.00"),
    (99.99, 1, "100.0"), (1e-5, 3, "0.000"), (1e15, 3, "1000000000000000.000"),
    (2, 9, "2.000000000"),
    (2, 12, "2.000000000"), (2.6, -3, "3"), (0.1, 5, "0.10000"),
  ])
  func `a fraction is rounded to its decimals, never to an exponent`(
    _ value: Double, _ decimals: Int, _ text: String
  ) {
    #expect(Perfdata("a", value, decimals: decimals)?.value == text)
  }

  @Test(
    arguments: [
      (.nan, 0), (.infinity, 0), (-.infinity, 2), (1e19, 0), (-1e19, 0), (1e10, 9),
      (.greatestFiniteMagnitude, 9),
    ] as [(Double, Int)])
  func `what no reader could take is not said at all`(_ value: Double, _ decimals: Int) {
    #expect(Perfdata("a", value, decimals: decimals) == nil)
  }

  @Test func `units are base units, so that nothing is ever scaled`() {
    #expect(Perfdata.Unit.allCases.map(\.rawValue) == ["", "s", "B", "%"])
    let perfdata = Perfdata(
      "a", 1.5, decimals: 2, unit: .percent, warning: Threshold(atMost: 80), minimum: 0,
      maximum: 100)
    #expect(perfdata?.description == "'a'=1.50%;80;;0;100")
  }
}
