import Monitoring
import TISBackupCore

/// What is known of a disk that takes turns as target of exports.
package struct DiskFacts: Sendable, Equatable {
  /// As the ini names it, else its label or UUID.
  package var name: String
  /// When something was last copied to it; nil for never.
  package var exported: Instant?
  /// The newest copy of each section that the ini still has.
  package var copies: [ExportTarget.Copy] = []
  /// What came of its last `--verify`.
  package var proof: ProofOutcome?
  /// Seconds that the oldest of these copies may be old.
  package var maximumAge: Int?
  package var now: Instant

  package init(name: String, now: Instant) { (self.name, self.now) = (name, now) }

  /// The newest backup of the section whose newest backup on the disk is oldest: the disk is as old as
  /// that.
  package var oldest: ExportTarget.Copy? {
    copies.min { ($0.backup, $0.section) < ($1.backup, $1.section) }
  }

  /// Seconds since that backup began.
  package var age: Int? { oldest.map { now.seconds(since: $0.backup) } }

  /// The disks to judge: those that are named; where none are, all on record.
  ///
  /// Of several with one label the one that was exported to last stands for it: the others were
  /// replaced.
  package static func all(
    named names: [String], on record: [ExportTarget], sections: Set<String>, maximumAge: Int?,
    now: Instant
  ) -> [DiskFacts] {
    let disks = record.filter(\.place.isDisk)
    let all = names.isEmpty ? Array(Set(disks.map(\.place.name))).sorted() : names
    return all.map { name in
      let target = disks.filter { $0.place.isNamed(name) }
        .max { ($0.lastExport?.microseconds ?? .min) < ($1.lastExport?.microseconds ?? .min) }
      var facts = DiskFacts(name: name, now: now)
      facts.maximumAge = maximumAge
      (facts.exported, facts.proof) = (target?.lastExport, target?.proof)
      let copies = target?.copies ?? []
      let current = copies.filter { sections.contains($0.section) }
      facts.copies = current.isEmpty ? copies : current
      return facts
    }
  }
}
