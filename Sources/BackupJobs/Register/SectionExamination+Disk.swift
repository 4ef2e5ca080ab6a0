import BackupProofs
import Glibc
import OutsideWorld
import TISBackupCore

/// What the rows say of the disk, and what lies there beside backups.
extension SectionExamination {
  mutating func findPlaces() {
    guard leavesSomething else { return }
    var moved: [CatalogMend.Move] = []
    for row in rows where row.claimsBackup && !needless.contains(row.id) {
      switch place(of: row) {
      case .gone: addMissing(row)
      case .elsewhere(let place): addElsewhere(row, place)
      case .here(let place):
        if !isSame(row.location.map(DiskPath.trimmed) ?? "", place) {
          moved.append(.init(row, to: place))
        }
        lookAt(row, place)
      }
    }
    guard let first = moved.first else { return }
    let subject = moved.count == 1 ? "a backup is" : "\(moved.count) backups are"
    add(
      .warning, .moved,
      "\(subject) in '\(folder)', and recorded elsewhere, as in '\(first.row.location ?? "")'",
      cure: FsckFinding.repair, mends: [.relocate(moved)])
  }

  /// Whether two paths are one place, also when one of them is written through a link.
  private func isSame(_ location: String, _ place: String) -> Bool {
    if location == place { return true }
    let real = DiskPath.resolved(DiskPath.parent(of: location))
    return real != nil && real == DiskPath.resolved(folder)
  }

  private mutating func addMissing(_ row: CatalogRow) {
    guard let name = row.artifactName else {
      add(
        .warning, .placeless, "the row of \(row.startText ?? "") says OK, and not where",
        cure: "It counts for nothing that is on disk.")
      return
    }
    guard isSurelyThere else {
      add(
        .error, .missing,
        "\(name) is on record and not on disk, and nothing else is in '\(folder)'",
        cure: "Is its disk mounted? If it is really gone: touch '\(folder)/\(DiskLayout.lockName)'")
      return
    }
    add(
      .error, .missing, "\(name) is on record and not on disk", cure: FsckFinding.repair,
      mends: [.retype([row], .clean)])
  }

  private mutating func addElsewhere(_ row: CatalogRow, _ place: String) {
    let owner = others[DiskPath.parent(of: place)]
    add(
      owner == nil ? .warning : .error, .elsewhere,
      "'\(place)' is not in the folder of its section"
        + (owner.map { ", but in that of [\($0)]" } ?? ""),
      cure: "Move it to '\(folder)', then: \(FsckFinding.repair)")
  }

  /// What can be seen of a backup without reading it.
  private mutating func lookAt(_ row: CatalogRow, _ place: String) {
    let name = DiskPath.name(of: place)
    guard ImportSorting.isStored(place) else {
      add(
        .error, .unusable, "\(name) is on record as \(row.status.catalogText), and empty or a link",
        cure: "Look at it: 'ls -la \(place)'. Remove it, then: \(FsckFinding.repair)")
      return
    }
    if row.bytes ?? 0 == 0, let size = try? CandidateJudge.size(of: place),
      let files = size.files, let bytes = size.bytes, bytes > 0
    {
      add(
        .warning, .size, "\(name) is recorded as empty, and holds \(ByteCount(bytes))",
        cure: FsckFinding.repair, mends: [.resize(row, files: files, bytes: bytes)])
    }
    if row.writer != nil, !names.contains(".\(name).json") {
      add(
        .warning, .receipt, "\(name) has no receipt '.\(name).json'",
        cure: "The catalog alone knows how its run ended: keep a copy of it.")
    }
  }

  /// What lies beside the backups.
  mutating func findLitter() {
    let atWork = RegisterJob.datesAtWork(
      rows.filter { !$0.isDead(isAlive: world.isAlive) }, world)
    for name in names.sorted() where !atWork.contains(where: name.contains) {
      if name.hasPrefix(DiskLayout.trashPrefix) || name.hasSuffix(".new") {
        add(
          .warning, .leftover, "\(name) was left by a tool that was stopped",
          cure: "tisbackup-cleanup removes it.")
      } else if judge.isUnfinished(name) {
        add(.warning, .leftover, "\(name) is unfinished", cure: Self.cure(ofUnfinished: name))
      } else if let owner = owner(ofPaper: name) {
        if !names.contains(owner) && !names.contains(owner + DiskLayout.partialSuffix) {
          add(
            .warning, .stray, "\(name) belongs to no backup", cure: "tisbackup-cleanup removes it.")
        }
      } else if !isKnown(name) {
        add(
          .info, .unknown, "'\(name)' is no backup of type \(section.typeName)",
          cure: "It is left alone.")
      }
    }
  }

  private static func cure(ofUnfinished name: String) -> String {
    name.hasSuffix(DiskLayout.incompleteSuffix)
      ? "tisbackup-cleanup removes it once there is a newer good backup."
      : "The next tisbackup-run takes it up; tisbackup-cleanup removes it once it is of no use."
  }

  /// The backup that a receipt, a manifest or a pin is of; nil for any other name.
  private func owner(ofPaper name: String) -> String? {
    guard name.hasPrefix(".") else { return nil }
    for suffix in [".json", ".manifest", ".pin"] where name.hasSuffix(suffix) {
      let owner = String(name.dropFirst().dropLast(suffix.count))
      if judge.start(of: owner) != nil { return owner }
    }
    return nil
  }

  /// Whether it is a backup, or a file that some tool keeps there: hidden ones are nobody's backups.
  private func isKnown(_ name: String) -> Bool {
    name.hasPrefix(".")
      || [DiskLayout.oldLockName, "lost+found", DiskLayout.workingSubvolume].contains(name)
      || judge.start(of: name) != nil || rows.contains { $0.artifactName == name }
  }
}
