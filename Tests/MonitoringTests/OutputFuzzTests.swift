import TISBackupTestSupport
import Testing

@testable import Monitoring

/// Whatever names, logs and numbers come in, a monitoring core reads what was meant.
struct OutputFuzzTests {
  private static let pieces = [
    "a", "web", "é", "日", "|", "||", "'", "\"", "`", "=", ";", ":", "::", " ", "  ", "\t", "\n",
    "\r\n",
    "\r", "\0", "\u{1b}", "\u{1b}[31m", "\u{9b}2J", "\u{1b}]0;t\u{7}", "\u{7}", "\u{7f}", "\u{85}",
    "\u{2028}", "\u{202e}", "\u{2066}", "\u{feff}", "\u{200b}", "\u{200d}", "\u{301}", "👨‍👩‍👧", "[OK]",
    "; ", "...", "%", "\\_ ", "-", "1e9", "\u{fffd}", "\u{e0020}", "'x'=1;2;3", "TISBACKUP OK - ",
  ]

  private static let limits: [Threshold?] = [
    nil, Threshold(atMost: 30), Threshold(atMost: 1e300), Threshold(atMost: -1e-300),
    try? Threshold(parsing: "10:20"), try? Threshold(parsing: "5:"),
    try? Threshold(parsing: "@1:2"),
  ]

  private func perfdata(using random: inout SeededGenerator) -> [Perfdata] {
    (0..<Int.random(in: 0...3, using: &random)).compactMap { _ in
      let label = random.text(of: Self.pieces, upTo: 6)
      let unit = Perfdata.Unit.allCases.randomElement(using: &random) ?? .none
      let limit = Self.limits.randomElement(using: &random) ?? nil
      if Bool.random(using: &random) {
        let value = Int64(bitPattern: random.next())
        return Perfdata(label, value, unit: unit, warning: limit, minimum: 0)
      }
      let value = Double(bitPattern: random.next())
      let decimals = Int.random(in: -1...12, using: &random)
      return Perfdata(label, value, decimals: decimals, unit: unit, critical: limit, maximum: .max)
    }
  }

  private func report(using random: inout SeededGenerator) -> Report {
    let items = (0..<Int.random(in: 0...7, using: &random)).map { _ in
      Report.Item(
        name: random.text(of: Self.pieces, upTo: 8),
        state: CheckState.allCases.randomElement(using: &random) ?? .ok,
        text: random.text(of: Self.pieces, upTo: 60), perfdata: perfdata(using: &random))
    }
    return Report(
      plugin: "TISBACKUP", items: items, aggregates: perfdata(using: &random),
      allOK: Bool.random(using: &random) ? nil : random.text(of: Self.pieces, upTo: 20))
  }

  @Test func `an independent reader finds every figure of any report, and nothing else`() throws {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<2000 {
      let report = report(using: &random)
      let output = try PluginOutput(parsing: report.text(ReportForm(listsLoneItem: true)))
      #expect(output.figures.map(\.label) == report.perfdata.map(\.label))
      #expect(output.figures.map(\.value) == report.perfdata.map(\.value))
      #expect(output.figures.map(\.unit) == report.perfdata.map(\.unit.rawValue))
      #expect(output.firstText.utf8.starts(with: "TISBACKUP \(report.state.name) - ".utf8))
      #expect(output.longText.count == report.items.count)
    }
  }

  @Test func `no report holds a control, a format character or an escape`() {
    var random = SeededGenerator(seed: 12)
    for _ in 0..<2000 {
      let text = report(using: &random).text(ReportForm(listsLoneItem: .random(using: &random)))
      let unwanted = text.unicodeScalars.filter { $0 != "\n" && PluginText.isInvisible($0) }
      #expect(unwanted.isEmpty, "\(unwanted.map(\.value))")
      #expect(!text.contains("\n\n") && !text.hasSuffix("\n"))
    }
  }

  @Test func `the listed states are those of the items, worst first`() throws {
    var random = SeededGenerator(seed: 13)
    for _ in 0..<2000 {
      let report = report(using: &random)
      let lines = try PluginOutput(parsing: report.text(ReportForm(listsLoneItem: true))).longText
      let order: [CheckState] = [.critical, .unknown, .warning, .ok]
      let expected = order.flatMap { state in report.items.filter { $0.state == state } }
      #expect(lines.count == expected.count)
      for (line, item) in zip(lines, expected) {
        #expect(line.utf8.starts(with: "\\_ [\(item.state.name)] ".utf8))
        #expect(line.utf8.count < 1200)
      }
    }
  }

  @Test func `the summary is short and whole, and cleaning twice changes nothing`() {
    var random = SeededGenerator(seed: 14)
    for _ in 0..<2000 {
      let summary = report(using: &random).summary
      #expect(!summary.isEmpty && summary.utf8.count <= 160)
      #expect(PluginText.clean(summary) == summary)
      let text = random.text(of: Self.pieces, upTo: 40)
      let limit = Int.random(in: -1...60, using: &random)
      let clean = PluginText.clean(text, limit: limit)
      #expect(clean.utf8.count <= max(0, limit))
      #expect(PluginText.clean(clean, limit: limit) == clean)
    }
  }

  @Test func `a refused threshold and an unknown answer are one clean line`() throws {
    var random = SeededGenerator(seed: 15)
    for _ in 0..<2000 {
      let text = random.text(of: Self.pieces + ["1", "~", "@", "."], upTo: 8)
      do {
        let threshold = try Threshold(parsing: text)
        #expect(try Threshold(parsing: threshold.description) == threshold)
      } catch {
        let answer = Answer.unknown(error.description)
        let output = try PluginOutput(parsing: answer.text)
        #expect(output.longText.isEmpty && output.figures.isEmpty)
        #expect(!answer.text.unicodeScalars.contains(where: PluginText.isInvisible))
      }
    }
  }

  @Test(arguments: [
    "T OK - a | b | c", "T OK\nx | 'a'=1", "T OK | 'a=1", "T OK | a=1e9", "T OK | ''=1",
    "T OK | 'a'=1;2;3;4;5;6", "T OK | 'a'=1ms", "T OK | 'a'=", "T OK | 'a'=1  'b'=2",
  ])
  func `the independent reader refuses what the guidelines refuse`(_ text: String) {
    #expect(throws: PluginOutput.Failure.self) { try PluginOutput(parsing: text) }
  }
}
