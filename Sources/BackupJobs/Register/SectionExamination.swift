import Glibc
import OutsideWorld
import TISBackupCore

/// The rows of one section held against what lies in its folder; touches nothing.
struct SectionExamination {
  /// Where the backup of a row is.
  enum Place: Equatable {
    /// In the folder of its section.
    case here(String)
    /// Where it is recorded, in some other folder.
    case elsewhere(String)
    case gone

    /// Nil where there is none.
    var path: String? {
      switch self {
      case .here(let path), .elsewhere(let path): path
      case .gone: nil
      }
    }
  }

  let section: Section
  let folder: String
  let rows: [CatalogRow]
  /// The folders of the other sections, with their names.
  let others: [String: String]
  /// The base folder, which is known to be the right one.
  let base: String
  let world: World
  let judge: CandidateJudge
  let names: Set<String>
  /// Names whose content has to be looked at: backups that no row tells of, or that a row says were
  /// removed.
  private(set) var suspects: [String] = []
  var findings: [FsckFinding] = []
  /// Rows that another row of the same backup makes needless.
  var needless: Set<Int64> = []
  /// Rows of runs that are to be ended as failed: what they say of a backup is forgotten.
  var ended: Set<Int64> = []

  init(
    _ section: Section, in layout: DiskLayout, rows: [CatalogRow], others: [String: String],
    _ world: World
  ) {
    (self.section, self.rows, self.others, self.world) = (section, rows, others, world)
    (folder, base) = (layout.folder(of: section), layout.base)
    judge = CandidateJudge(section: section, folder: folder, world: world)
    names = Set(DiskLayout.names(in: folder))
    findDoubled()
    findOpenRuns()
    findUnreadable()
    findUntyped()
    findPlaces()
    findSuspects()
    findLitter()
  }

  mutating func add(
    _ severity: FsckFinding.Severity, _ kind: FsckFinding.Kind, _ what: String, cure: String,
    mends: [CatalogMend] = []
  ) {
    findings.append(
      FsckFinding(severity, kind, section.name, what, cure: cure, mends: mends))
  }

  /// Whether backups of this type lie on this server at all.
  var leavesSomething: Bool { section.type.map { $0.artifact != .none } ?? false }

  func place(of row: CatalogRow) -> Place {
    guard let name = row.artifactName, let location = row.location.map(DiskPath.trimmed) else {
      return .gone
    }
    if names.contains(name) { return .here("\(folder)/\(name)") }
    guard location.hasPrefix("/"), !location.split(separator: "/").contains(".."),
      DiskPath.exists(location)
    else { return .gone }
    return .elsewhere(location)
  }

  /// Whether something shows that this is the very folder that backups went to, and not the empty mount
  /// point of a disk that is not there.
  var isInhabited: Bool {
    names.contains(DiskLayout.lockName) || names.contains { judge.recognises($0) }
  }

  /// Whether what is not in the folder is surely gone: the folder itself is, from a base folder that
  /// is the right one, or there are traces of backups in it.
  var isSurelyThere: Bool {
    if isInhabited { return true }
    return DiskPath.parent(of: folder) == base && !DiskPath.exists(folder)
  }

  private mutating func findSuspects() {
    guard leavesSomething else { return }
    let told = rows.filter { !ended.contains($0.id) }
    let known = Set(told.compactMap(\.artifactName))
    let atWork = RegisterJob.datesAtWork(rows, world)
    let claimed = Set(told.filter { $0.type != .clean }.compactMap(\.artifactName))
    let removed = Set(
      rows.filter { $0.type == .clean && [.ok, .warning].contains($0.status) }
        .compactMap(\.artifactName)
    ).subtracting(claimed)
    suspects = names.filter { name in
      guard judge.start(of: name) != nil, !atWork.contains(where: name.contains) else {
        return false
      }
      return !known.contains(name) || removed.contains(name)
    }.sorted()
  }

  /// Takes what was found out about a suspect.
  mutating func take(_ candidate: RegisterCandidate) {
    let name = DiskPath.name(of: candidate.location)
    let removed = rows.last { $0.type == .clean && $0.artifactName == name }
    switch candidate.verdict {
    case .add(let record):
      if let removed {
        let move = CatalogMend.relocate([.init(removed, to: candidate.location)])
        add(
          .error, .reappeared, "\(name) is there, and its row says it was removed",
          cure: FsckFinding.repair,
          mends: [.retype([removed], .backup)]
            + (removed.location == candidate.location ? [] : [move]))
      } else {
        add(
          .error, .unregistered, "\(name) has no row", cure: "tisbackup-register",
          mends: [.add(record)])
      }
    case .leave(let reason):
      add(
        .warning, .unusable, "\(name) \(reason)",
        cure: "Nothing counts it as a backup: look at it, and remove it if nobody needs it.")
    }
  }
}
