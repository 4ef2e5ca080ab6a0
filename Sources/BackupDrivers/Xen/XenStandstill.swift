import OutsideWorld
import TISBackupCore

extension XAPISession {
  /// Seconds a machine may take to shut down; it is never forced to.
  private static let shutdownLimit = 900
  /// Seconds a machine may take to start.
  private static let startLimit = 300
  /// Attempts to start it, and seconds between them.
  private static let startAttempts = 5
  private static let startWait = 10

  /// Does `work` while a machine stands still, when it `halts` it, and starts it again whatever came
  /// of that; one that did not run is left as it is.
  ///
  /// The machine is marked before it is stopped and unmarked when it runs again: killed between the
  /// two, the next run starts it. Gives what went wrong beside what `work` gives.
  func whileHalted<Value: Sendable>(
    _ machine: XenMachine, halts: Bool, mark: XenMark,
    _ work: () async throws(BackupError) -> Value
  ) async throws(BackupError) -> (value: Value, complaint: String?) {
    guard halts, machine.powerState == "Running" else { return (try await work(), nil) }
    try await setRestart(machine, mark)
    let result: Result<Value, BackupError>
    do throws(BackupError) {
      try await shutDown(machine)
      result = .success(try await work())
    } catch {
      result = .failure(error)
    }
    let complaint = await Task { await afterwards.startAgain(machine, mark) }.value
    switch result {
    case .success(let value): return (value, complaint)
    case .failure(var error):
      if let complaint { error.message.text += "; \(complaint)" }
      throw error
    }
  }

  /// Starts a machine that an earlier run stopped and could not start again.
  func startStopped(_ machine: XenMachine, mark: XenMark) async throws(BackupError) {
    guard mark.stopped(machine) else { return }
    world.say(
      Note(
        .warning, section,
        "'\(ForeignText.line(machine.name))' was stopped by an earlier run: starts it again"))
    if let complaint = await startAgain(machine, mark) {
      throw BackupError(.driver, .init("section [\(section)]: \(complaint)"), hint: .startByHand)
    }
  }

  private func setRestart(_ machine: XenMachine, _ mark: XenMark) async throws(BackupError) {
    // There is no way to replace a value; what another run wrote there is older.
    try await call(
      "VM.remove_from_other_config", .text(machine.reference), .text(XenMark.restartKey))
    try await call(
      "VM.add_to_other_config", .text(machine.reference), .text(XenMark.restartKey),
      .text(mark.job))
  }

  private func shutDown(_ machine: XenMachine) async throws(BackupError) {
    let limit = TaskLimit(
      seconds: Self.shutdownLimit, subject: "the shutdown of '\(ForeignText.line(machine.name))'")
    world.say(Note(.info, section, "\(limit.subject) begins"))
    let result = try await run("VM.clean_shutdown", .text(machine.reference), limit: limit)
    if case .failure(let failure) = result {
      throw XAPITrouble(section: section).error(failure, limit.subject)
    }
  }

  /// Starts a machine and takes the mark from it; gives the complaint when it does not run.
  private func startAgain(_ machine: XenMachine, _ mark: XenMark) async -> String? {
    let name = ForeignText.line(machine.name)
    var reason = ""
    for attempt in 0..<Self.startAttempts {
      if attempt > 0 { await world.sleep(Self.startWait) }
      do throws(BackupError) {
        guard let failure = try await start(machine) else {
          try await call(
            "VM.remove_from_other_config", .text(machine.reference), .text(XenMark.restartKey))
          world.say(Note(.info, section, "'\(name)' runs again"))
          return nil
        }
        reason = failure.text
      } catch {
        reason = error.oneLine(about: section)
      }
    }
    let complaint =
      "'\(name)' IS DOWN: it was stopped for its backup, and does not start: \(reason)"
    world.say(Note(.error, section, complaint))
    return complaint
  }

  /// Nil when the machine runs: one whose shutdown failed, and one that came back by itself, do too.
  private func start(_ machine: XenMachine) async throws(BackupError) -> XAPIFailure? {
    let limit = TaskLimit(
      seconds: Self.startLimit, subject: "the start of '\(ForeignText.line(machine.name))'")
    if try await self.machine(machine.reference).powerState == "Running" { return nil }
    let result = try await run(
      "VM.start", .text(machine.reference), false, false, limit: limit)
    guard case .failure(let failure) = result else { return nil }
    return try await self.machine(machine.reference).powerState == "Running" ? nil : failure
  }
}

extension BackupError.Message {
  fileprivate static let startByHand: Self =
    "Start the machine by hand, and see why its host cannot."
}
