import BackupChecks
import Glibc
import Monitoring
import TISBackupCore

/// The answer for somebody at a terminal: the same states and sentences as a table, worst first.
struct HumanPage {
  private let report: Report
  private let facts: [String: SectionFacts]

  init(_ report: Report, _ facts: CheckFacts) {
    self.report = report
    self.facts = Dictionary(facts.sections.map { ($0.name, $0) }) { first, _ in first }
  }

  var text: String {
    var table = Table([
      .left("STATE"), .left("SECTION"), .right("AGE"), .right("SIZE"), .right("TOOK"),
      .right("COPIES"), .left("WHAT"),
    ])
    for item in report.byState {
      let facts = facts[item.name]
      let good = facts?.lastGood
      table.add([
        item.state.name, item.printedName,
        facts?.age.map { "\(TimeSpan(seconds: $0))" } ?? "-",
        good?.bytes.map { "\(ByteCount($0))" } ?? "-",
        good?.duration.map { "\(TimeSpan(seconds: $0))" } ?? "-",
        facts?.copies.map(String.init) ?? "-", PluginText.clean(item.text, limit: 300),
      ])
    }
    return "TISBACKUP \(report.state.name) - \(report.summary)\n" + table.text(for: STDOUT_FILENO)
  }
}
