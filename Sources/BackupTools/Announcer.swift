import OutsideWorld
import PassiveChecks
import TISBackupCore

/// Announces what a tool does while it does it, and the rest at its end.
///
/// The work never waits for a server: announcements go their way beside it, and at the end every
/// target has the time the monitoring ini gives it. What did not arrive stays owed. Nothing here
/// changes the exit status of a tool.
package struct Announcer: Sendable {
  /// How long a target that could not be reached is left alone while the work goes on, in seconds.
  private static let pause = 60

  /// Nil where nobody is to hear of anything.
  private let judgement: PassiveJudgement?
  private let options: PassiveOptions
  private let world: World

  init(_ judgement: PassiveJudgement?, _ options: PassiveOptions, _ world: World) {
    (self.judgement, self.options, self.world) = (judgement, options, world)
    if options.passiveDryRun != nil { Output.leaveStandardOutput() }
  }

  /// Does the work, which calls `news` whenever there may be something to announce.
  package func announcing<Result: Sendable>(
    _ work: (_ news: @escaping @Sendable () -> Void) async throws(BackupError) -> Result
  ) async throws(BackupError) -> Result {
    let (stream, teller) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    async let announced: Void = announce(whenever: stream)
    do throws(BackupError) {
      let result = try await work { teller.yield() }
      teller.finish()
      await announced
      return result
    } catch {
      teller.finish()
      await announced
      throw error
    }
  }

  /// Prints what would be announced of these subjects and of the whole, where that was asked for.
  ///
  /// What goes wrong here is told, and changes nothing.
  package func preview(_ subjects: [AnnouncedSubject]) {
    guard let form = options.passiveDryRun, let judgement else { return }
    do throws(BackupError) {
      _ = try PassiveDryRun(judgement).print(subjects + [.summary], as: form)
    } catch {
      Output.complain("nothing would be announced: \(error.oneLine)")
    }
  }

  private func announce(whenever news: AsyncStream<Void>) async {
    guard let judgement, !options.noPassive, options.passiveDryRun == nil else { return }
    var unreachable: [String: Instant] = [:]
    var told: Set<String> = []
    for await _ in news { await deliver(judgement, &unreachable, &told) }
    if !Task.isCancelled { await deliver(judgement, &unreachable, &told) }
  }

  private func deliver(
    _ judgement: PassiveJudgement, _ unreachable: inout [String: Instant],
    _ told: inout Set<String>
  ) async {
    let now = world.now()
    unreachable = unreachable.filter { now.seconds(since: $0.value) < Self.pause }
    var delivery = OutboxDelivery(judgement)
    delivery.limit = judgement.settings.timeout
    delivery.omitted = Set(unreachable.keys)
    do throws(BackupError) {
      for target in try await delivery.perform() {
        if target.isUnreachable { unreachable[target.target] = world.now() }
        tell(target, &told)
      }
    } catch {
      world.say(Note(.warning, nil, "nothing is announced: \(error.oneLine)"))
    }
  }

  /// Each reason once in the life of a tool; one that is new also to who wants to hear little, for
  /// the next tool will find it known.
  private func tell(_ target: TargetDelivery, _ told: inout Set<String>) {
    if target.delivered > 0 {
      world.say(Note(.info, nil, "announced \(target.delivered) to [\(target.target)]"))
    }
    for problem in target.problems where told.insert(problem).inserted {
      world.say(Note(target.isNews ? .error : .warning, nil, problem))
    }
  }
}
