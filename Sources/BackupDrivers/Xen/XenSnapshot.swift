import OutsideWorld
import TISBackupCore

extension XAPISession {
  /// Seconds a snapshot may take: one of many disks on a slow storage takes minutes.
  private static let snapshotLimit = 1800

  /// Takes a snapshot of a machine and marks it as ours.
  ///
  /// Whatever stops this, the next run finds the snapshot by its name or its tag; so does the clean-up
  /// of this one.
  func snapshot(_ machine: XenMachine, as name: String, mark: XenMark) async throws(BackupError)
    -> XenMachine
  {
    let limit = TaskLimit(seconds: Self.snapshotLimit, subject: "the snapshot of '\(machine.name)'")
    let result = try await run(
      "VM.snapshot", .text(machine.reference), .text(name), limit: limit)
    let reference: String
    switch result {
    case .success(let made): reference = made
    case .failure(let failure):
      throw XAPITrouble(section: section).error(failure, limit.subject)
    }
    try await call(
      "VM.add_to_other_config", .text(reference), .text(XenMark.key), .text(mark.job))
    // Else what is exported would be imported as a template; some licences forbid the change.
    if case .failure(let failure) = try await attempt(
      "VM.set_is_a_template", [.text(reference), false])
    {
      world.say(Note(.warning, section, "the export will be a template: \(failure.text)"))
    }
    let made = try await self.machine(reference)
    // It has what stands on the machine: one that is imported from it must not be started for that.
    if made.otherConfig[XenMark.restartKey] != nil {
      try await call(
        "VM.remove_from_other_config", .text(reference), .text(XenMark.restartKey))
    }
    return made
  }

  /// The snapshots of a machine.
  func snapshots(of machine: XenMachine) async throws(BackupError) -> [XenMachine] {
    var found: [XenMachine] = []
    for reference in machine.snapshots {
      // One that is removed meanwhile is none any more.
      guard case .success(let record) = try await attempt("VM.get_record", [.text(reference)]),
        let snapshot = XenMachine(reference, record)
      else { continue }
      found.append(snapshot)
    }
    return found
  }

  /// Removes the snapshots that earlier runs of this section left on a machine; `wasKept` says that
  /// they were to stay until now.
  func removeLeftovers(of machine: XenMachine, mark: XenMark, wasKept: Bool = false)
    async throws(BackupError)
  {
    try await removeForgottenDisks(of: machine, mark: mark)
    for snapshot in try await snapshots(of: machine) where mark.owns(snapshot) {
      world.say(
        Note(
          wasKept ? .info : .warning, section,
          "removes the snapshot '\(ForeignText.line(snapshot.name))' that an earlier run left"))
      try await remove(snapshot, of: machine, mark: mark)
    }
  }

  /// Seconds that somebody else may hold what is to be removed.
  private static let removalLimit = 120
  /// Seconds between two attempts.
  private static let removalWait = 3

  /// Removes a snapshot, or a copy of ours that is halted, with its disks; `machine` is the one that
  /// it was made of.
  ///
  /// Disks without what they belonged to are nobody's: which ones that will be is written on `machine`
  /// first and taken from there last, so that the next run finds them, wherever this one is stopped.
  func remove(_ made: XenMachine, of machine: XenMachine, mark: XenMark)
    async throws(BackupError)
  {
    let disks = try await disks(of: made).map(\.reference)
    let key = XAPIValue.text(mark.disksKey)
    if !disks.isEmpty {
      try await call("VM.remove_from_other_config", .text(machine.reference), key)
      try await call(
        "VM.add_to_other_config", .text(machine.reference), key,
        .text(disks.joined(separator: ",")))
    }
    try await destroy("VM.destroy", made.reference, "'\(ForeignText.line(made.name))'")
    try await removeDisks(disks, of: machine)
    if !disks.isEmpty {
      try await call("VM.remove_from_other_config", .text(machine.reference), key)
    }
  }

  /// Removes the disks that a run which was killed had no time for.
  private func removeForgottenDisks(of machine: XenMachine, mark: XenMark)
    async throws(BackupError)
  {
    guard let list = machine.otherConfig[mark.disksKey] else { return }
    world.say(Note(.warning, section, "removes disks that an earlier run left without a machine"))
    try await removeDisks(list.split(separator: ",").map(String.init), of: machine)
    try await call("VM.remove_from_other_config", .text(machine.reference), .text(mark.disksKey))
  }

  private func removeDisks(_ disks: [String], of machine: XenMachine) async throws(BackupError) {
    for disk in disks {
      guard case .success(let record) = try await attempt("VDI.get_record", [.text(disk)]) else {
        continue
      }
      // Attached elsewhere since: somebody needs it.
      guard (record.map?["VBDs"]?.list ?? []).compactMap(\.reference).isEmpty else { continue }
      try await destroy("VDI.destroy", disk, "a disk of '\(ForeignText.line(machine.name))'")
    }
  }

  /// Destroys something, again while it is in use: an export that was cut is noticed late.
  private func destroy(_ method: String, _ reference: String, _ subject: String)
    async throws(BackupError)
  {
    let patience = Deadline(Self.removalLimit, from: world.ticks())
    while true {
      switch try await attempt(method, [.text(reference)]) {
      case .success: return
      case .failure(let failure) where failure.code == "HANDLE_INVALID": return
      case .failure(let failure):
        let isBusy = ["OTHER_OPERATION_IN_PROGRESS", "VDI_IN_USE"].contains(failure.code)
        guard isBusy, patience.secondsLeft(at: world.ticks()) > 0 else {
          throw XAPITrouble(section: section).error(failure, "the removal of \(subject)")
        }
        await world.sleep(Self.removalWait)
      }
    }
  }

  /// A disk of a machine, in bytes.
  struct Disk: Sendable, Equatable {
    var reference: String
    var size: Int64
    /// The storage it lies on.
    var storage: String
  }

  /// The disks of a machine, without its CDs.
  func disks(of machine: XenMachine) async throws(BackupError) -> [Disk] {
    var disks: [Disk] = []
    for drive in machine.drives {
      guard case .success(let value) = try await attempt("VBD.get_record", [.text(drive)]),
        let record = value.map, record["type"]?.text == "Disk", record["empty"]?.flag != true,
        let reference = record["VDI"]?.reference,
        case .success(let disk) = try await attempt("VDI.get_record", [.text(reference)])
      else { continue }
      disks.append(
        Disk(
          reference: reference, size: disk.map?["virtual_size"]?.integer ?? 0,
          storage: disk.map?["SR"]?.text ?? ""))
    }
    return disks
  }
}
