import BackupChecks
import Monitoring
import TISBackupCore

/// The same figures as the performance data of `check_tisbackup`, for Prometheus.
///
/// The text format, version 0.0.4; names and units as Prometheus recommends them.
struct Metrics {
  private struct Figure: Sendable {
    let name: String
    let help: String
    let value: @Sendable (SectionFacts) -> Double?
  }

  private static let figures: [Figure] = [
    Figure(name: "last_success_timestamp_seconds", help: "When the last good backup ended.") {
      ($0.lastGood?.end ?? $0.lastGood?.start).map { Double($0.seconds) }
    },
    Figure(name: "size_bytes", help: "Size of the last good backup.") {
      $0.lastGood?.bytes.map(Double.init)
    },
    Figure(name: "written_bytes", help: "What the last good backup had to store anew.") {
      $0.lastGood?.writtenBytes.map(Double.init)
    },
    Figure(name: "duration_seconds", help: "What the last good backup took.") {
      $0.lastGood?.duration.map(Double.init)
    },
    Figure(name: "failures", help: "Runs without success since the last good backup.") {
      Double($0.failures.count)
    },
    Figure(name: "copies", help: "Good backups within retention.") { $0.copies.map(Double.init) },
    Figure(name: "running", help: "Whether a run is at work.") { $0.running == nil ? 0 : 1 },
    Figure(name: "verified_timestamp_seconds", help: "When a backup was last put to a proof.") {
      ($0.proof?.time).map { Double($0.seconds) }
    },
  ]

  let text: String

  init(_ situation: Situation) {
    var lines = Self.head("state", "0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, as check_tisbackup.")
    for facts in situation.facts.sections {
      let state = situation.item(facts.name)?.state ?? .unknown
      lines.append("tisbackup_section_state{\(Self.labels(facts))} \(state.rawValue)")
    }
    for figure in Self.figures {
      lines += Self.head(figure.name, figure.help)
      for facts in situation.facts.sections {
        guard let value = figure.value(facts) else { continue }
        lines.append("tisbackup_section_\(figure.name){\(Self.labels(facts))} \(Self.text(value))")
      }
    }
    lines += [
      "# HELP tisbackup_state The worst state of all.", "# TYPE tisbackup_state gauge",
      "tisbackup_state \(situation.report.state.rawValue)",
    ]
    if let space = situation.facts.space?.space {
      for (name, value) in [("free", space.availableBytes), ("size", space.totalBytes)] {
        lines += [
          "# HELP tisbackup_disk_\(name)_bytes Of the file system of the backups.",
          "# TYPE tisbackup_disk_\(name)_bytes gauge", "tisbackup_disk_\(name)_bytes \(value)",
        ]
      }
    }
    text = lines.joined(separator: "\n") + "\n"
  }

  private static func head(_ name: String, _ help: String) -> [String] {
    [
      "# HELP tisbackup_section_\(name) \(help)", "# TYPE tisbackup_section_\(name) gauge",
    ]
  }

  private static func labels(_ facts: SectionFacts) -> String {
    [("section", facts.name), ("server", facts.server), ("type", facts.type)]
      .map { "\($0.0)=\"\(escape($0.1))\"" }.joined(separator: ",")
  }

  private static func escape(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }

  private static func text(_ value: Double) -> String { String(Int64(value)) }
}
