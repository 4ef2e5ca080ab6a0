import Monitoring
import TISBackupCore

/// Judges the outbox: how long monitoring servers have been owed the state of their services.
package struct OutboxReport {
  /// Seconds the oldest announcement may be owed: an hour of trouble is a WARNING, a day CRITICAL,
  /// for by then nobody can tell a failed night from a silent one.
  package static let limits = Limits(
    warning: Threshold(atMost: 3600), critical: Threshold(atMost: 24 * 3600))

  private let targets: [OutboxTarget]
  private let limits: Limits
  private let now: Instant
  private let zone: LocalZone

  /// `limits` are in seconds; one that is missing is that of ``limits``.
  package init(on targets: [OutboxTarget], limits: Limits, now: Instant, zone: LocalZone) {
    (self.targets, self.limits) = (targets, limits.over(Self.limits))
    (self.now, self.zone) = (now, zone)
  }

  package var report: Report {
    let owed = targets.reduce(0) { $0 + $1.owed }
    let ages = targets.compactMap(age)
    return Report(
      plugin: "TISBACKUP", items: targets.map(item),
      aggregates: [
        Perfdata("targets", Int64(targets.count), minimum: 0),
        Perfdata("owed", Int64(owed), minimum: 0),
        Perfdata(
          "oldest_owed", Int64(ages.max() ?? 0), unit: .seconds, warning: limits.warning,
          critical: limits.critical, minimum: 0),
      ],
      noun: "targets",
      allOK: owed == 0
        ? "\(targets.count) targets, nothing is owed" : "\(owed) owed, all of it fresh")
  }

  private func age(_ target: OutboxTarget) -> Int? {
    target.oldest.map { max(0, now.seconds(since: $0)) }
  }

  private func item(_ target: OutboxTarget) -> Report.Item {
    let name = target.name == Catalog.everyTarget ? "every target" : target.name
    return Report.Item(
      name: name, state: state(of: target), text: text(target),
      perfdata: target.name == Catalog.everyTarget
        ? []
        : [
          Perfdata("\(name)_owed", Int64(target.owed), minimum: 0),
          Perfdata(
            "\(name)_oldest", Int64(age(target) ?? 0), unit: .seconds, warning: limits.warning,
            critical: limits.critical, minimum: 0),
        ])
  }

  private func state(of target: OutboxTarget) -> CheckState {
    age(target).map { limits.state(of: Double($0)) } ?? .ok
  }

  private func text(_ target: OutboxTarget) -> String {
    let last = target.delivered.map { "last delivery \($0.displayText(in: zone))" }
    guard target.owed > 0, let age = age(target) else {
      return ["nothing is owed", last].compactMap(\.self).joined(separator: ", ")
    }
    let limit = limits.text(for: Double(age), \.spanText).map { " (\($0))" } ?? ""
    let count = "\(target.owed) announcement\(target.owed == 1 ? "" : "s")"
    let why =
      target.name == Catalog.everyTarget
      ? "the monitoring ini could not be read; 'tisbackup-submit' tells why" : target.problem
    let told = [
      "owed \(count) for \(TimeSpan(seconds: age))\(limit)", why, last ?? "none arrived yet",
    ]
    return told.filter { !$0.isEmpty }.joined(separator: "; ")
  }
}
