import TISBackupCore

/// What would be taken over from another catalog.
package struct ImportPlan: Sendable, Equatable {
  /// A row that is taken.
  package struct Item: Sendable, Equatable {
    /// Its number in the other catalog.
    package var row: Int64
    package var start: Instant
    package var end: Instant
    /// Where the backup is now; nil for what is history.
    package var location: String?
    /// Whether it claims to run, and nobody runs it.
    package var isDead = false
    /// Whether it stands for a backup that is here.
    package var isBackup = false
  }

  /// Why a row is left out.
  package enum Reason: String, Sendable, CaseIterable {
    /// Its backup is not here: a row would claim, or a removal be told, of what nobody knows.
    case absent
    /// It says that there is a backup, and not where.
    case placeless
    /// Its start is no time.
    case unreadable
    /// Whoever wrote it is still at work.
    case running
    /// Another row of the same catalog says the same.
    case doubled
  }

  /// The rows of one section.
  package struct Part: Sendable, Equatable {
    package var section: String
    package var items: [Item] = []
    /// Rows that are here already.
    package var known = 0
    /// The names of those that are left out, or their starts where they have none.
    package var left: [Reason: [String]] = [:]
    /// Why the section takes nothing at all.
    package var problem: String?

    package init(_ section: String) { self.section = section }

    package var backups: Int { items.count { $0.isBackup } }
    package var history: Int { items.count - backups }
    package var isComplete: Bool { left.isEmpty && problem == nil }
  }

  package var parts: [Part] = []
  /// Sections that the ini does not know, and how many rows they have.
  package var unknown: [(section: String, rows: Int)] = []

  package static func == (one: ImportPlan, other: ImportPlan) -> Bool {
    one.parts == other.parts && one.unknown.elementsEqual(other.unknown, by: ==)
  }
}

extension ImportPlan.Part {
  /// One sentence for people; `would` of what is not done yet.
  package func sentence(would: Bool) -> String {
    if let problem { return problem }
    var parts: [String] = []
    if backups > 0 { parts.append("\(backups) \(backups == 1 ? "backup" : "backups")") }
    if history > 0 { parts.append("\(history) \(history == 1 ? "row" : "rows") of history") }
    let taken = parts.isEmpty ? "nothing" : parts.joined(separator: " and ")
    let verb = would ? "would take over" : "took over"
    return ([verb + " " + taken] + (known > 0 ? ["\(known) known already"] : []) + complaints)
      .joined(separator: "; ")
  }

  /// Each reason with the first names that it holds for.
  private var complaints: [String] {
    ImportPlan.Reason.allCases.compactMap { reason in
      guard let names = left[reason] else { return nil }
      let more = names.count > 3 ? ", ..." : ""
      return "left out \(names.count) \(reason.words): "
        + names.prefix(3).joined(separator: ", ") + more
    }
  }
}

extension ImportPlan.Reason {
  fileprivate var words: String {
    switch self {
    case .absent: "whose backups are not here"
    case .placeless: "that name no place"
    case .unreadable: "whose start is no time"
    case .running: "still at work there"
    case .doubled: "told twice"
    }
  }
}
