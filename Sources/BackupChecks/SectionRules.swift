import Monitoring
import TISBackupCore

/// The questions asked of every section, in the order their answers are told; to add one is a
/// file of its own and one line here.
package enum SectionRules {
  package static let all: [any CheckRule<SectionFacts>] = [
    Freshness(), Size(), RunDuration(), LastRun(), Copies(), RunningNow(), Verified(), SizeChange(),
    Oldest(), Location(), Emptiness(), Clock(), Readable(),
  ]

  /// What all rules together say of a section.
  package static func item(for facts: SectionFacts) -> Report.Item {
    if let problem = facts.problem {
      return Report.Item(
        name: facts.name, state: facts.judgement.unknown, text: problem, perfdata: [])
    }
    if facts.isByDesignWithoutBackup {
      let verb = facts.judgement.type == .export ? "exported" : "backed up"
      return Report.Item(
        name: facts.name, state: .ok, text: "not \(verb) by design", perfdata: [])
    }
    let findings = all.map { $0.evaluate(facts) }
    let worst = CheckState.worst(findings.map(\.state))
    // What made the state comes first; the rest keeps its order.
    let told = findings.filter { $0.state == worst } + findings.filter { $0.state != worst }
    return Report.Item(
      name: facts.name, state: worst == .unknown ? facts.judgement.unknown : worst,
      text: told.map(\.text).filter { !$0.isEmpty }.joined(separator: "; "),
      detail: facts.judgement.tellsDetails ? facts.detail : "",
      perfdata: findings.flatMap(\.perfdata))
  }
}

extension SectionFacts {
  /// What else is known, for whoever asks for more.
  fileprivate var detail: String {
    let good = lastGood
    return [
      "\(type) of \(server.isEmpty ? "no server" : server)",
      good.map { "began \($0.start.displayText(in: zone))" },
      good?.files.map { "\($0) files" },
      copies.map { "\($0) good within retention" },
      proof.map { "proof of \($0.time.displayText(in: zone)) \($0.isGood ? "passed" : "failed")" },
      good?.location.map { "in \($0)" },
    ].compactMap(\.self).joined(separator: ", ")
  }
}
