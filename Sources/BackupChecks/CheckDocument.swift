import FoundationEssentials
import Monitoring
import TISBackupCore

/// The answer of the check for scripts: the same report as the text, with stable keys.
package struct CheckDocument: Encodable, Sendable {
  /// One section of the answer.
  package struct Entry: Encodable, Sendable {
    var name: String
    var server: String
    var type: String
    var state: String
    var message: String
    /// With offset; left out when there is none.
    var last_ok: String?
    /// Seconds.
    var age: Int?
    /// Bytes.
    var size: Int64?
    /// Seconds.
    var duration: Int?
    var failures: Int
    /// Good backups within retention.
    var copies: Int?
    /// Seconds since a backup was last proven restorable, or failed the proof.
    var verified: Int?
    var running: Bool
    var location: String?
  }

  /// What was judged beside the sections: those the ini does not know, and the file system.
  package struct Other: Encodable, Sendable {
    var name: String
    var state: String
    var message: String

    init(_ item: Report.Item) {
      (name, state, message) = (item.name, item.state.name, PluginText.clean(item.text))
    }
  }

  var state: String
  var summary: String
  var sections: [Entry]
  var others: [Other]
  var perfdata: [String]

  package init(_ report: Report, _ facts: CheckFacts) {
    state = report.state.name
    summary = report.summary
    perfdata = report.perfdata.map(\.description)
    let items = Dictionary((report.items + report.others).map { ($0.name, $0) }) { one, _ in one }
    let configured = Set(facts.sections.map(\.name))
    sections = facts.sections.compactMap { facts in items[facts.name].map { Entry(facts, $0) } }
    others = report.others.filter { !configured.contains($0.name) }.map(Other.init)
  }

  /// A report about other things than sections, such as what servers are owed.
  package init(onOthers report: Report) {
    (state, summary, sections) = (report.state.name, report.summary, [])
    (others, perfdata) = (report.items.map(Other.init), report.perfdata.map(\.description))
  }

  /// The document as text, keys sorted.
  package var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = (try? encoder.encode(self)) ?? Data("{}".utf8)
    return String(decoding: data, as: UTF8.self)
  }
}

extension CheckDocument.Entry {
  init(_ facts: SectionFacts, _ item: Report.Item) {
    let good = facts.lastGood
    (name, server, type) = (facts.name, facts.server, facts.type)
    (state, message) = (item.state.name, PluginText.clean(item.text))
    last_ok = (good?.end ?? good?.start)?.jsonText(in: facts.zone)
    (age, size, duration) = (facts.age, good?.bytes, good?.duration)
    (copies, verified) = (facts.copies, facts.proof.map { facts.now.seconds(since: $0.time) })
    (failures, running, location) = (facts.failures.count, facts.running != nil, good?.location)
  }
}
