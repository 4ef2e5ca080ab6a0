import OutsideWorld
import TISBackupCore

/// Copies a virtual machine to another storage of its pool, as a machine that could be started there.
///
/// A copy has its final name only when all of it is there; older ones beyond `max_copies` go after that.
package struct CopyVM: BackupDriver {
  package static let type = BackupType.copyVM

  private let section: String
  private let machine: String
  private let pool: XenPool
  private let storage: String
  private let network: String
  private let starts: Bool
  private let halts: Bool
  private let keepsSnapshot: Bool
  private let mostCopies: Int
  private let mark: XenMark

  package init(_ section: Section) throws(BackupError) {
    self.section = section.name
    machine = try section.require(.vmName)
    storage = try section.require(.storageName)
    _ = try section.require(.xenLogin)
    network = try section.require(.networkName)
    pool = try XenPool(section, host: .serverName)
    (starts, halts) = (section.flag(.startVM), section.flag(.haltVM))
    keepsSnapshot = !section.flag(.deleteSnapshot)
    mostCopies = try section.number(.maxCopies) ?? 1
    mark = XenMark(section: section.name)
  }

  package func backUp(into workspace: Workspace, using world: World) async throws(BackupError)
    -> Outcome
  {
    try await workspace.retrying(section, using: world) { () throws(BackupError) in
      try await pool.withSession(in: workspace, using: world) { session throws(BackupError) in
        try await backUp(session, workspace)
      }
    }
  }

  /// What the copy needs, all found before anything is changed.
  private struct Place: Sendable {
    var machine: XenMachine
    var storage: String
    var network: String
  }

  private func place(_ session: XAPISession) async throws(BackupError) -> Place {
    Place(
      machine: try await session.machine(named: machine),
      storage: try await session.reference(of: "SR", named: storage, key: .storageName),
      network: try await session.reference(of: "network", named: network, key: .networkName))
  }

  private func backUp(_ session: XAPISession, _ workspace: Workspace) async throws(BackupError)
    -> Outcome
  {
    let place = try await place(session)
    try await session.startStopped(place.machine, mark: mark)
    try await session.removeLeftovers(
      of: place.machine, mark: mark, wasKept: keepsSnapshot)
    try await removeUnfinished(of: place.machine, session)
    workspace.progress?(BackupProgress(phase: "takes a snapshot"))
    var complaints: [String] = []
    let result: Result<XenMachine, BackupError>
    do throws(BackupError) {
      let made = try await session.whileHalted(place.machine, halts: halts, mark: mark) {
        () throws(BackupError) in
        try await session.snapshot(
          place.machine, as: mark.snapshotName(workspace.date), mark: mark)
      }
      made.complaint.map { complaints.append($0) }
      result = .success(try await copy(made.value, place, session, workspace))
    } catch {
      result = .failure(error)
    }
    let isGood = if case .success = result { true } else { false }
    let tidied = await Task {
      await tidyUp(place.machine, keepsSnapshot: keepsSnapshot && isGood, session.afterwards)
    }.value
    complaints += tidied
    return try await finish(result, place, complaints, session)
  }

  /// Makes the copy whole under its unfinished name, and gives it the final one last.
  private func copy(
    _ snapshot: XenMachine, _ place: Place, _ session: XAPISession, _ workspace: Workspace
  ) async throws(BackupError) -> XenMachine {
    workspace.progress?(BackupProgress(phase: "copies on the host"))
    let name = XenMark.copyHead(of: place.machine.name) + workspace.date
    let report = workspace.progress
    var copy = try await session.copy(
      snapshot, as: name, to: place.storage, mark: mark,
      progress: { share in
        var progress = BackupProgress(phase: "copies on the host")
        progress.percent = Int(share * 100)
        report?(progress)
      })
    try await session.call("VM.set_is_a_template", .text(copy.reference), false)
    try await session.connect(copy, to: place.network)
    let (wanted, made) = (
      try await session.disks(of: snapshot), try await session.disks(of: copy)
    )
    guard wanted.map(\.size).sorted() == made.map(\.size).sorted(),
      made.allSatisfy({ $0.storage == place.storage })
    else {
      throw BackupError(.unproven, .notWhole(section, copy, wanted.count, made.count), hint: .log)
    }
    try await session.call(
      "VM.set_name_description", .text(copy.reference),
      .text("copy of \(place.machine.name) by tisbackup, section \(section)"))
    try await session.call("VM.set_name_label", .text(copy.reference), .text(name))
    copy.name = name
    return copy
  }

  private func removeUnfinished(of machine: XenMachine, _ session: XAPISession)
    async throws(BackupError)
  {
    for copy in try await session.machines() where mark.isUnfinishedCopy(copy, of: machine.name) {
      session.world.say(
        Note(
          .warning, section,
          "removes '\(ForeignText.line(copy.name))', which an earlier run did not end"))
      try await session.remove(copy, of: machine, mark: mark)
    }
  }

  /// Removes what is not to stay, the snapshot and a copy that is not whole; gives the complaints.
  private func tidyUp(_ machine: XenMachine, keepsSnapshot: Bool, _ session: XAPISession) async
    -> [String]
  {
    do throws(BackupError) {
      let now = try await session.machine(machine.reference)
      if !keepsSnapshot {
        for snapshot in try await session.snapshots(of: now) where mark.owns(snapshot) {
          try await session.remove(snapshot, of: now, mark: mark)
        }
      }
      for copy in try await session.machines() where mark.isUnfinishedCopy(copy, of: now.name) {
        try await session.remove(copy, of: now, mark: mark)
      }
      return []
    } catch {
      return [
        "a snapshot or half a copy may be left, which the next run removes: \(error.oneLine(about: section))"
      ]
    }
  }

  private func finish(
    _ result: Result<XenMachine, BackupError>, _ place: Place, _ complaints: [String],
    _ session: XAPISession
  ) async throws(BackupError) -> Outcome {
    var complaints = complaints
    let copy: XenMachine
    switch result {
    case .success(let made): copy = made
    case .failure(var error):
      if !complaints.isEmpty { error.message.text += "; \(complaints.joined(separator: "; "))" }
      throw error
    }
    // The copy is whole and stays, whatever becomes of what follows.
    let removed = await removeOld(of: place.machine, except: copy, session, &complaints)
    if starts, let complaint = await start(copy, session) { complaints.append(complaint) }
    let disks = try await session.disks(of: copy)
    let bytes = disks.reduce(0) { $0 + $1.size }
    var log =
      "'\(ForeignText.line(copy.name))' on '\(storage)', \(disks.count) \(disks.count == 1 ? "disk" : "disks") of \(ByteCount(bytes))"
    if !removed.isEmpty { log += "; removed \(removed.joined(separator: ", "))" }
    var outcome = Outcome(
      complaints.isEmpty ? .ok : .warning, log: (complaints + [log]).joined(separator: "\n"))
    (outcome.files, outcome.writtenFiles) = (Int64(disks.count), Int64(disks.count))
    (outcome.bytes, outcome.writtenBytes) = (bytes, bytes)
    return outcome
  }

  /// Removes the oldest copies beyond `max_copies`; one that runs is somebody's, and stays.
  private func removeOld(
    of machine: XenMachine, except new: XenMachine, _ session: XAPISession,
    _ complaints: inout [String]
  ) async -> [String] {
    var removed: [String] = []
    do throws(BackupError) {
      let copies = try await session.machines()
        .filter { mark.isCopy($0, of: machine.name) && $0.reference != new.reference }
        .sorted { $0.name > $1.name }
      for copy in copies.dropFirst(mostCopies - 1) {
        let name = "'\(ForeignText.line(copy.name))'"
        guard copy.powerState == "Halted" else {
          complaints.append(
            "\(name) is beyond max_copies, and stays: it is \(copy.powerState.lowercased())")
          continue
        }
        try await session.remove(copy, of: machine, mark: mark)
        removed.append(name)
      }
    } catch {
      complaints.append("older copies stay: \(error.oneLine(about: section))")
    }
    return removed
  }

  private func start(_ copy: XenMachine, _ session: XAPISession) async -> String? {
    do throws(BackupError) {
      let limit = XAPISession.TaskLimit(seconds: 300, subject: "the start of the copy")
      guard
        case .failure(let failure) = try await session.run(
          "VM.start", .text(copy.reference), false, false, limit: limit)
      else { return nil }
      return "the copy does not start: \(failure.text)"
    } catch {
      return "the copy does not start: \(error.oneLine(about: section))"
    }
  }

  package func preview(into workspace: Workspace) -> [Invocation] { [.curl([])] }

  package func testConnection(using world: World) async throws(BackupError) -> [String] {
    try await pool.withSession(in: nil, using: world) { session throws(BackupError) in
      let place = try await place(session)
      let disks = try await session.disks(of: place.machine)
      return [
        "logged in to \(session.connection.address.text)",
        "would copy '\(ForeignText.line(place.machine.name))' (\(place.machine.uuid)), \(disks.count) \(disks.count == 1 ? "disk" : "disks") of \(ByteCount(disks.reduce(0) { $0 + $1.size })), to '\(storage)'",
      ]
    }
  }
}

extension BackupError.Message {
  fileprivate static func notWhole(
    _ section: String, _ copy: XenMachine, _ wanted: Int, _ made: Int
  ) -> Self {
    "section [\(section)]: the copy '\(ForeignText.line(copy.name))' has not the disks of the machine (\(made) of \(wanted), or of other sizes)"
  }
  fileprivate static let log: Self = "See /var/log/xensource.log on the host."
}
