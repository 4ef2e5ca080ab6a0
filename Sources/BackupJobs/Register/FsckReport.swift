/// What came of holding a catalog against the disk.
package struct FsckReport: Sendable, Equatable {
  /// Whether the catalog itself cannot be trusted: then nothing can be said of its rows.
  package var isDamaged = false
  package var findings: [FsckFinding] = []
  /// What `--repair` did, a sentence each.
  package var done: [(section: String?, what: String)] = []

  package init() {}

  /// What is wrong: things that no tool knows are none of that.
  package var faults: [FsckFinding] { findings.filter { $0.severity != .info } }

  package static func == (one: FsckReport, other: FsckReport) -> Bool {
    one.isDamaged == other.isDamaged && one.findings == other.findings
      && one.done.elementsEqual(other.done, by: ==)
  }
}
