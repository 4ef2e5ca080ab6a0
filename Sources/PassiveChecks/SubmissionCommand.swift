import Monitoring
import OutsideWorld
import TISBackupCore

/// Announces through a program of the administrator that takes the input of `send_nsca`.
package struct SubmissionCommand: PassiveSubmitter {
  package static let type = SubmitterType.command

  private let target: String
  private let words: [String]

  /// Bytes of what a program said that a message shows.
  private static let shown = 200

  package init(_ target: Section) throws(BackupError) {
    self.target = target.name
    _ = try target.require(.submissionCommand)
    words = try target.words(.submissionCommand)
  }

  package func submit(_ results: [PassiveResult], using world: World, patience: Patience) async
    -> [Delivery]
  {
    guard !results.isEmpty else { return [] }
    var invocation = Invocation(words.first ?? "", Array(words.dropFirst()))
    invocation.input = .bytes(Array(SendNSCAInput.text(results).utf8))
    invocation.timeLimit = patience.seconds
    let delivery = await outcome(of: invocation, using: world)
    return results.map { _ in delivery }
  }

  /// The program answers for all results together: which of them arrived only it knows.
  private func outcome(of invocation: Invocation, using world: World) async -> Delivery {
    do throws(BackupError) {
      let finished = try await world.run(invocation, nil)
      guard !finished.succeeded else { return .delivered }
      return .kept(
        BackupError(
          .transport, .failed(target, invocation.program, Self.told(finished)),
          hint: .cure(finished.end)
        ).oneLine)
    } catch {
      return .kept(
        BackupError(.transport, .init("[\(target)]: \(error.message.text)"), hint: error.hint)
          .oneLine)
    }
  }

  private static func told(_ finished: Finished) -> String {
    let reason = PluginText.clean(PassiveText.safe(finished.reason), limit: shown)
    let end = finished.end.description
    return reason.isEmpty || reason == end ? end : "\(end): \(reason)"
  }
}

extension BackupError.Message {
  fileprivate static func failed(_ target: String, _ program: String, _ told: String) -> Self {
    "[\(target)] does not take results: '\(program)' failed, \(told)"
  }
  fileprivate static func cure(_ end: Finished.End) -> Self {
    if case .timedOut = end { return "See what it waits for, or raise 'timeout'." }
    return "Run it by hand, with a result on its standard input."
  }
}
