import BackupDrivers
import OutsideWorld
import TISBackupCore

/// The commands before and after a backup, there and here.
struct Hooks {
  /// A preexec that exits with this asks to skip the run: nothing to do is not a failure
  /// (EX_TEMPFAIL of `sysexits.h`).
  static let skipStatus: Int32 = 75

  private let section: Section
  private let world: World
  private let ssh: SSHConnection?
  private let lock: FileLock?
  private let deadline: Deadline?

  /// `deadline` is that of the whole run.
  init(_ section: Section, world: World, lock: FileLock?, deadline: Deadline? = nil)
    throws(BackupError)
  {
    (self.section, self.world, self.lock, self.deadline) = (section, world, lock, deadline)
    let needsSSH = section.text(.preexec) != nil || section.text(.postexec) != nil
    ssh = needsSSH ? try SSHConnection(section) : nil
  }

  var haveBefore: Bool { has(.preexecLocal, .preexec) }
  var haveAfter: Bool { has(.postexecLocal, .postexec) }

  private func has(_ local: Key, _ remote: Key) -> Bool {
    section.text(local) != nil || section.text(remote) != nil
  }

  /// Which side of the backup a command stands on.
  enum Moment { case before, after }

  /// The commands that would run, in their order.
  func preview(_ moment: Moment) throws(BackupError) -> [Invocation] {
    switch moment {
    case .before:
      try invocations(local: .preexecLocal, remote: .preexec, status: nil).map(\.1)
    case .after:
      try invocations(local: .postexecLocal, remote: .postexec, status: .ok).reversed().map(\.1)
    }
  }

  /// Runs what comes before; false when it asked to skip this run.
  func before() async throws(BackupError) -> Bool {
    for (key, invocation) in try invocations(local: .preexecLocal, remote: .preexec, status: nil) {
      let finished = try await run(key, invocation)
      if finished.end == .exited(Self.skipStatus) { return false }
      guard finished.succeeded else {
        throw BackupError(
          .driver, .failed(key, section, finished), hint: hint(key, finished))
      }
    }
    return true
  }

  /// Runs what comes after, whatever came before; a sentence when one of them failed.
  func after(_ result: Result<Outcome?, BackupError>) async -> String? {
    let status: RunStatus =
      switch result {
      case .success(let outcome): outcome?.status ?? .other("skipped")
      case .failure: .error
      }
    // Shielded: also when this run is being interrupted, what was stopped must go on.
    return await Task { await runAfter(status) }.value
  }

  private func runAfter(_ status: RunStatus) async -> String? {
    var complaints: [String] = []
    do throws(BackupError) {
      let commands = try invocations(local: .postexecLocal, remote: .postexec, status: status)
      for (key, invocation) in commands.reversed() {
        do throws(BackupError) {
          let finished = try await run(key, invocation)
          if !finished.succeeded {
            complaints.append(
              BackupError(.driver, .failed(key, section, finished)).oneLine(about: section.name))
          }
        } catch {
          complaints.append(error.oneLine(about: section.name))
        }
      }
    } catch {
      complaints.append(error.oneLine(about: section.name))
    }
    for complaint in complaints { world.say(Note(.warning, section.name, complaint)) }
    return complaints.isEmpty ? nil : complaints.joined(separator: "\n")
  }

  private func run(_ key: Key, _ invocation: Invocation) async throws(BackupError) -> Finished {
    world.say(Note(.debug, section.name, "\(key.name): \(invocation.redacted)"))
    return try await world.run(invocation, nil)
  }

  private func invocations(local: Key, remote: Key, status: RunStatus?) throws(BackupError)
    -> [(Key, Invocation)]
  {
    let variables = [
      "TISBACKUP_SECTION": section.name, "TISBACKUP_STATUS": status?.catalogText ?? "",
    ].filter { !$0.value.isEmpty }
    var result: [(Key, Invocation)] = []
    let words = try section.words(local)
    if let program = words.first {
      result.append((local, Invocation(program, Array(words.dropFirst()))))
    }
    if let line = section.text(remote), let ssh {
      result.append((remote, ssh.invocation(runningLine: line, setting: variables)))
    }
    return result.map { key, invocation in
      var invocation = invocation
      invocation.environment = variables
      // What comes after a backup that took all its time must still be done, and has as long again.
      if status == nil {
        invocation.deadline = deadline
      } else {
        invocation.timeLimit = deadline?.limit
      }
      invocation.lock = lock
      return (key, invocation)
    }
  }

  private func hint(_ key: Key, _ finished: Finished) -> BackupError.Message? {
    SSHFailure.hint(for: finished.errors) ?? .runByHand(key)
  }
}

extension BackupError.Message {
  fileprivate static func failed(_ key: Key, _ section: Section, _ finished: Finished) -> Self {
    let said = finished.reason == finished.end.description ? "" : ": \(finished.reason)"
    return "section [\(section.name)]: \(key.name) failed (\(finished.end))\(said)"
  }
  fileprivate static func runByHand(_ key: Key) -> Self {
    "Run the command of '\(key.name)' by hand."
  }
}
