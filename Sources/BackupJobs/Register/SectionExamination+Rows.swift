import BackupChecks
import Glibc
import OutsideWorld
import TISBackupCore

/// What the rows say by themselves.
extension SectionExamination {
  /// Several rows of one backup: what is readable, complete and ours tells most.
  mutating func findDoubled() {
    var claims: [String: [CatalogRow]] = [:]
    for row in rows where row.claimsBackup {
      if let path = place(of: row).path { claims[path, default: []].append(row) }
    }
    for (path, group) in claims.filter({ $0.value.count > 1 }).sorted(by: { $0.key < $1.key }) {
      let ranked = group.sorted { rank($0).lexicographicallyPrecedes(rank($1)) }
      let dropped = Array(ranked.dropFirst())
      needless.formUnion(dropped.map(\.id))
      add(
        .error, .doubled, "\(group.count) rows tell of \(DiskPath.name(of: path))",
        cure: FsckFinding.repair, mends: [.merge(kept: ranked[0], dropped: dropped)])
    }
  }

  /// Smaller is better.
  private func rank(_ row: CatalogRow) -> [Int64] {
    [
      row.start(in: world.zone) == nil ? 1 : 0, row.status == .ok ? 0 : 1,
      row.typeText?.isEmpty == false ? 0 : 1, row.writer == nil ? 1 : 0, row.id,
    ]
  }

  /// Runs that will not end any more: ours by their process, those of TISBackup by their age.
  mutating func findOpenRuns() {
    let dead = rows.filter { $0.isDead(isAlive: world.isAlive) }
    if !dead.isEmpty {
      var finding = FsckFinding(
        .error, .dead, section.name,
        dead.count == 1
          ? "a run died, and is not ended" : "\(dead.count) runs died, and are not ended",
        cure: "The next tisbackup-run ends it, and so does \(FsckFinding.repair).")
      finding.settlesRuns = dead.contains { $0.type == .backup && $0.start(in: world.zone) != nil }
      let others = dead.filter { $0.type != .backup || $0.start(in: world.zone) == nil }
      finding.mends = others.map(CatalogMend.fail)
      ended.formUnion(others.map(\.id))
      findings.append(finding)
    }
    guard OldLock.holder(in: folder) == nil else { return }
    for row in rows where row.status == .running && row.writer == nil && isStale(row) {
      ended.insert(row.id)
      add(
        .error, .dead, "a run of TISBackup, begun \(row.startText ?? "at no time"), never ended",
        cure: FsckFinding.repair, mends: [.fail(row)])
    }
  }

  private func isStale(_ row: CatalogRow) -> Bool {
    guard let start = row.start(in: world.zone) else { return true }
    return world.now().seconds(since: start) > Judgement().staleRunning
  }

  mutating func findUnreadable() {
    for row in rows where !needless.contains(row.id) {
      if row.start(in: world.zone) == nil {
        addTime(row, start: row.artifactName.flatMap(judge.start(of:)))
      } else if row.end(in: world.zone) == nil {
        let cure = "It counts for nothing; TISBackup's own check dies of it. \(FsckFinding.repair)"
        add(
          .warning, .time, "the row of \(row.startText ?? "") has no end", cure: cure,
          mends: [.retime(row, start: nil, end: row.start(in: world.zone))])
      }
      if case .other(let word) = row.status {
        add(
          .warning, .status, "the row of \(row.startText ?? "") has the status '\(word)'",
          cure: "It counts as no backup. If it is one, set the status right with sqlite3.")
      }
    }
  }

  private mutating func addTime(_ row: CatalogRow, start: Instant?) {
    let what = "the start '\(row.startText ?? "")' of a row is no time"
    guard let start else {
      add(
        .warning, .time, what, cure: "No tool counts it. Set it right with sqlite3, or remove it.")
      return
    }
    let end = row.endText.flatMap { Instant(catalogText: $0, in: world.zone) } == nil ? start : nil
    add(
      .error, .time, what, cure: FsckFinding.repair, mends: [.retime(row, start: start, end: end)])
  }

  mutating func findUntyped() {
    let untyped = rows.filter { $0.typeText?.isEmpty != false && !needless.contains($0.id) }
    guard !untyped.isEmpty else { return }
    add(
      .warning, .untyped,
      untyped.count == 1 ? "a row has no TYPE" : "\(untyped.count) rows have no TYPE",
      cure: "TISBackup's own check does not see it. \(FsckFinding.repair)",
      mends: [.retype(untyped, .backup)])
  }
}
