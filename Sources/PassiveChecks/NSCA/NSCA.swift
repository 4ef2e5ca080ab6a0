import Monitoring
import OutsideWorld
import TISBackupCore

/// Results for a Nagios through the NSCA daemon beside it.
///
/// NSCA confirms nothing. But a daemon hangs up on a packet it cannot read, and so a wrong password
/// is seen: nsca 2.10.2 closes within a millisecond once it reads, `--daemon` sleeps up to a second
/// before that. A name that Nagios does not know is only in the log of Nagios.
package struct NSCA: PassiveSubmitter {
  package static let type = SubmitterType.nsca

  private let daemon: NSCADaemon
  private let way: any NSCAWay

  package init(_ target: Section) throws(BackupError) {
    if let problem = Self.type.problem(target) {
      throw BackupError(
        .configuration, .unusable(target, problem.message), hint: .init(problem.hint))
    }
    daemon = NSCADaemon(
      server: try target.require(.nscaServer), port: try target.number(.nscaPort) ?? 5667,
      target: target.name)
    let login = try NSCALogin(target)
    let form = try target.number(.nscaPacket).flatMap(NSCAPacket.Form.init) ?? .long
    let rejectWait = try target.number(.nscaRejectWait) ?? 1500
    way =
      login.isNative
      ? NativeNSCA(daemon: daemon, login: login, form: form, rejectWait: rejectWait)
      : SendNSCA(
        daemon: daemon, login: login, form: form, rejectWait: rejectWait,
        configPath: target.text(.nscaConfig))
  }

  package func submit(_ results: [PassiveResult], using world: World, patience: Patience) async
    -> [Delivery]
  {
    let end = ContinuousClock.now + .seconds(patience.seconds)
    let problems = results.map { $0.name.problem(limits: Self.type.nameLimits) }
    let sound = zip(results, problems).compactMap { $1 == nil ? $0 : nil }
    var fates = await deliver(sound, until: end, using: world).makeIterator()
    return problems.map { problem in
      problem.map { .dropped("\($0); \(BackupError.Message.mapIt.text)") }
        ?? fates.next() ?? .kept(daemon.interrupted.oneLine)
    }
  }

  /// Sends what can be sent; what stands in the way once does so for all that are left.
  private func deliver(
    _ results: [PassiveResult], until end: ContinuousClock.Instant, using world: World
  ) async -> [Delivery] {
    var (done, reason) = (0, "")
    do throws(BackupError) {
      while done < results.count {
        let share = way.share(of: results[done...], isFirst: done == 0)
        let taken = try await way.send(
          results[done...].prefix(share), isFirst: done == 0, until: end, using: world)
        done += taken
        guard taken == share else { throw daemon.late }
      }
    } catch {
      // What took the time were the results before, whatever waited when it was over.
      let isLate = done > 0 && ContinuousClock.now >= end && error.code == .transport
      reason = "[\(daemon.target)]: " + (isLate ? daemon.late : error).oneLine
    }
    return Delivery.inOrder(results.count, delivered: done, keptFor: reason)
  }
}

extension NSCAPacket {
  /// A result as a daemon takes it, the text on one line that fits.
  init(_ result: PassiveResult, _ form: Form) {
    self.init(
      host: result.name.host, service: result.name.service, code: result.state.rawValue,
      output: PassiveText.line(result.report, limit: form.outputLimit))
  }
}

extension BackupError.Message {
  fileprivate static func unusable(_ target: Section, _ problem: String) -> Self {
    "\(target.path):\(target.line): section [\(target.name)] \(problem)"
  }
  fileprivate static let mapIt: Self =
    "Give it a name that NSCA can carry, with 'map_SECTION = HOST;SERVICE' in [global]."
}
