import BackupProofs
import OutsideWorld
import TISBackupCore

/// Exports a virtual machine from its Xen host, by a snapshot, into one file (XVA).
///
/// Nothing stays behind there: what this run makes is removed whatever comes of it, and what a killed
/// one left is found by its tag and removed by the next.
package struct XenXVA: BackupDriver {
  package static let type = BackupType.xenXVA

  private let section: String
  private let machine: String
  private let pool: XenPool
  private let compression: String
  private let halts: Bool
  private let reuses: Bool
  private let readsAgain: Bool
  private let asksForLess: Bool
  private let idleLimit: Int?
  private let mark: XenMark

  package init(_ section: Section) throws(BackupError) {
    self.section = section.name
    _ = try section.require(.xenHost)
    _ = try section.require(.xenLogin)
    machine = try section.require(.serverName)
    pool = try XenPool(section, host: .xenHost)
    compression = Self.compression(section.text(.useCompression) ?? "true")
    (halts, reuses) = (section.flag(.haltVM), section.flag(.reuseSnapshot))
    (readsAgain, asksForLess) = (section.flag(.verifyExport), !section.flag(.enableHTTPS))
    idleLimit = try section.seconds(.idleTimeout)
    mark = XenMark(section: section.name)
  }

  /// As XAPI takes it: TISBackup handed the word on, and a host knows these alone.
  private static func compression(_ word: String) -> String {
    switch word.lowercased() {
    case "false", "none", "no": "false"
    case "zstd": "zstd"
    case "gzip": "gzip"
    default: "true"
    }
  }

  package func artifactName(for date: String) -> String { "\(section)-\(date).xva" }

  package func backUp(into workspace: Workspace, using world: World) async throws(BackupError)
    -> Outcome
  {
    if asksForLess {
      world.say(
        Note(.info, section, "enable_https = no is not heeded: the password would travel in clear"))
    }
    return try await workspace.retrying(section, using: world) { () throws(BackupError) in
      try await pool.withSession(in: workspace, using: world) { session throws(BackupError) in
        try await backUp(session, workspace)
      }
    }
  }

  private func backUp(_ session: XAPISession, _ workspace: Workspace) async throws(BackupError)
    -> Outcome
  {
    let machine = try await session.machine(named: machine)
    try await session.startStopped(machine, mark: mark)
    try await session.removeLeftovers(of: machine, mark: mark)
    var complaints: [String] = []
    let snapshot: XenMachine
    let old = try await oldSnapshot(of: machine, session, &complaints)
    if let old {
      snapshot = old
    } else {
      let made = try await takeSnapshot(of: machine, session, workspace)
      snapshot = made.value
      made.complaint.map { complaints.append($0) }
    }
    let result: Result<XVASink.Stored, BackupError>
    do throws(BackupError) {
      result = .success(try await export(snapshot, of: machine, session, workspace))
    } catch {
      result = .failure(error)
    }
    // One that was there before us is removed for being exported, not for an attempt at it.
    let stays = if case .failure = result { old != nil } else { false }
    if !stays,
      let complaint = await Task(operation: {
        await remove(snapshot, of: machine, session.afterwards)
      }).value
    {
      complaints.append(complaint)
    }
    return outcome(try get(result, complaints), complaints)
  }

  /// The snapshot of TISBackup's name that `reuse_snapshot` means: there must be exactly one.
  private func oldSnapshot(
    of machine: XenMachine, _ session: XAPISession, _ complaints: inout [String]
  ) async throws(BackupError) -> XenMachine? {
    let name = "tisbackup-\(machine.name)"
    let found = try await session.snapshots(of: machine).filter { $0.name == name }
    let shown = ForeignText.line(name)
    if reuses && found.count == 1 { return found[0] }
    if reuses && found.count > 1 {
      complaints.append(
        "\(found.count) snapshots have the name '\(shown)': none of them was used; remove them by hand"
      )
    } else if !found.isEmpty {
      complaints.append(
        "there is a snapshot '\(shown)', which TISBackup left: remove it by hand, or export it with reuse_snapshot = yes"
      )
    }
    return nil
  }

  private func takeSnapshot(
    of machine: XenMachine, _ session: XAPISession, _ workspace: Workspace
  ) async throws(BackupError) -> (value: XenMachine, complaint: String?) {
    workspace.progress?(BackupProgress(phase: "takes a snapshot"))
    let name = mark.snapshotName(SnapshotName.text(for: session.world.now(), in: .utc))
    do throws(BackupError) {
      return try await session.whileHalted(machine, halts: halts, mark: mark) {
        () throws(BackupError) in
        try await session.snapshot(machine, as: name, mark: mark)
      }
    } catch {
      // One that was made although it failed, or when nobody waited for it any more.
      await Task { await sweep(machine, session.afterwards) }.value
      throw error
    }
  }

  private func sweep(_ machine: XenMachine, _ session: XAPISession) async {
    do throws(BackupError) {
      let machine = try await session.machine(machine.reference)
      for snapshot in try await session.snapshots(of: machine) where mark.owns(snapshot) {
        try await session.remove(snapshot, of: machine, mark: mark)
      }
    } catch {
      session.world.say(
        Note(
          .warning, section,
          "a snapshot may be left, which the next run removes: \(error.oneLine(about: section))"))
    }
  }

  private func export(
    _ snapshot: XenMachine, of machine: XenMachine, _ session: XAPISession, _ workspace: Workspace
  )
    async throws(BackupError) -> XVASink.Stored
  {
    let report = workspace.progress
    let stored = try await XenExport(
      of: snapshot, named: machine.name, in: session, compression: compression,
      to: workspace.partial,
      idleLimit: idleLimit
    ) { report?(BackupProgress(bytes: $0)) }.fetch()
    workspace.written.add(stored.file)
    if readsAgain {
      workspace.progress?(BackupProgress(phase: "reads it again"))
      _ = try await XVAProof.prove(workspace.partial, using: session.world)
    }
    return stored
  }

  /// Gives the complaint when the snapshot stays.
  private func remove(_ snapshot: XenMachine, of machine: XenMachine, _ session: XAPISession) async
    -> String?
  {
    do throws(BackupError) {
      try await session.remove(snapshot, of: machine, mark: mark)
      return nil
    } catch {
      return
        "the snapshot '\(ForeignText.line(snapshot.name))' stays: \(error.oneLine(about: section))"
    }
  }

  private func get(_ result: Result<XVASink.Stored, BackupError>, _ complaints: [String])
    throws(BackupError) -> XVASink.Stored
  {
    switch result {
    case .success(let stored): return stored
    case .failure(var error):
      if !complaints.isEmpty { error.message.text += "; \(complaints.joined(separator: "; "))" }
      throw error
    }
  }

  private func outcome(_ stored: XVASink.Stored, _ complaints: [String]) -> Outcome {
    let log = (complaints + [stored.content.sentence]).joined(separator: "\n")
    var outcome = Outcome(complaints.isEmpty ? .ok : .warning, log: log)
    (outcome.files, outcome.writtenFiles) = (1, 1)
    (outcome.bytes, outcome.writtenBytes) = (stored.content.bytes, stored.content.bytes)
    return outcome
  }

  package func preview(into workspace: Workspace) -> [Invocation] { [.curl([])] }

  package func testConnection(using world: World) async throws(BackupError) -> [String] {
    try await pool.withSession(in: nil, using: world) { session throws(BackupError) in
      let machine = try await session.machine(named: machine)
      let disks = try await session.disks(of: machine)
      let size = ByteCount(disks.reduce(0) { $0 + $1.size })
      return [
        "logged in to \(session.connection.address.text)",
        "would export '\(ForeignText.line(machine.name))' (\(machine.uuid)), which is \(machine.powerState.lowercased()), with \(disks.count) \(disks.count == 1 ? "disk" : "disks") of \(size)",
      ]
    }
  }
}
