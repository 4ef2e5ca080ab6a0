import Glibc
import Monitoring
import PassiveChecks
import TISBackupCore

/// What became of announcements, as a table for people or as JSON.
package struct DeliveryAnswer: Encodable, Sendable {
  /// One target of the answer.
  struct Entry: Encodable {
    var target: String
    var delivered: Int
    var owed: Int
    var refused: Int
    var problems: [String]
  }

  var state: String
  var targets: [Entry]

  init(_ targets: [TargetDelivery]) {
    state = Self.state(of: targets).name
    self.targets = targets.map {
      Entry(
        target: $0.target, delivered: $0.delivered, owed: $0.kept, refused: $0.dropped,
        problems: $0.problems)
    }
  }

  private static func state(of targets: [TargetDelivery]) -> CheckState {
    if targets.contains(where: { $0.dropped > 0 }) { return .critical }
    return targets.contains { $0.kept > 0 || !$0.problems.isEmpty } ? .warning : .ok
  }

  /// Prints the answer as the options ask for; the state becomes the exit status.
  package static func print(_ targets: [TargetDelivery], _ context: ToolContext) -> CheckState {
    context.narrator.finishProgress()
    let state = state(of: targets)
    if context.common.json {
      Output.print(JSONText.encode(DeliveryAnswer(targets)))
    } else if targets.isEmpty {
      if !context.common.quiet { Output.print("nothing is owed") }
    } else if !context.common.quiet || targets.contains(where: \.isNews) {
      Output.print(table(targets).text(for: STDOUT_FILENO))
    }
    return state
  }

  private static func table(_ targets: [TargetDelivery]) -> Table {
    var table = Table([
      .left("TARGET"), .right("ARRIVED"), .right("OWED"), .right("REFUSED"), .left("WHAT"),
    ])
    for target in targets {
      let what = target.problems.isEmpty ? ["-"] : target.problems
      for (index, problem) in what.enumerated() {
        let counts = [target.delivered, target.kept, target.dropped].map(String.init)
        table.add(
          (index == 0 ? [target.target] + counts : ["", "", "", ""]) + [problem])
      }
    }
    return table
  }
}
