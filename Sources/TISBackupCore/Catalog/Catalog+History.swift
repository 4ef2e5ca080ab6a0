/// What is asked about the past of a section, beside the runs that decide about today.
package struct HistoryQuestion: Sendable, Hashable {
  package var section: String
  /// Good backups that began since then are counted; nil for none.
  package var countedSince: Instant?
  /// How many sizes of the newest good backups are wanted.
  package var sizes = 0
  /// The start of a good backup whose size is not wanted: the one they are compared with.
  package var leavingOut: Instant?
  package var wantsOldest = false

  package init(section: String) { self.section = section }
}

/// The answer to a ``HistoryQuestion``.
package struct SectionHistory: Sendable, Equatable {
  package var copies: Int?
  /// In bytes, newest first.
  package var sizes: [Int64] = []
  /// When the oldest good backup on record ended.
  package var oldest: Instant?
  /// That of the newest backup which was put to one.
  package var proof: BackupProof?
  /// Older backups that failed theirs.
  package var failedProofs = 0

  package init() {}
}

extension Catalog {
  /// Answers questions about the past, with each statement prepared once for all of them.
  ///
  /// Every answer comes through the index of names and starts, or a partial one of ours; what is
  /// not asked costs nothing.
  package func history(
    _ questions: [HistoryQuestion], type: RecordType = .backup
  ) throws(BackupError) -> [SectionHistory] {
    let scanned = try scannedCopies(questions, type)
    let good = "backup_name=? AND \(isSound) AND \(condition(type))"
    let count = try database.prepare(
      "SELECT count(*) FROM stats WHERE backup_start>=? AND \(good)")
    let sizes = try database.prepare(
      "SELECT backup_start, total_bytes FROM stats WHERE \(good) AND total_bytes IS NOT NULL"
        + " ORDER BY backup_start DESC LIMIT ?")
    let oldest = try database.prepare(
      "SELECT backup_start, backup_end FROM stats WHERE \(good) ORDER BY backup_start LIMIT 1")
    let proofs = try proofStatements(type)
    var result: [SectionHistory] = []
    for question in questions {
      var history = SectionHistory()
      if let scanned {
        history.copies = question.countedSince == nil ? nil : scanned[question] ?? 0
      } else {
        history.copies = try copies(question, count)
      }
      history.sizes = try self.sizes(question, sizes)
      if question.wantsOldest { history.oldest = try self.oldest(question.section, oldest) }
      if let proofs {
        (history.proof, history.failedProofs) = try proof(question.section, proofs)
      }
      result.append(history)
    }
    return result
  }

  /// Seconds that a run of each section usually takes, by its name: the median of the last good ones.
  ///
  /// What never had a good run has none.
  package func usualDurations(of sections: [String], runs: Int = 3) throws(BackupError)
    -> [String: Int]
  {
    let statement = try database.prepare(
      "SELECT backup_start, backup_end FROM stats WHERE backup_name=? AND status='OK'"
        + " AND \(condition(.backup)) ORDER BY backup_start DESC LIMIT ?")
    var result: [String: Int] = [:]
    for section in sections {
      try statement.bind([.text(section), .integer(Int64(runs))])
      var took: [Int] = []
      while try statement.step() {
        guard let start = statement.text(0).flatMap({ Instant(catalogText: $0, in: zone) }),
          let end = statement.text(1).flatMap({
            Instant(catalogText: $0, in: zone, notBefore: start)
          })
        else { continue }
        took.append(max(0, end.seconds(since: start)))
      }
      statement.reset()
      if !took.isEmpty { result[section] = took.sorted()[took.count / 2] }
    }
    return result
  }

  /// The counts of all sections from one scan for each start, where the index is missing and there
  /// are many sections; else nil.
  private func scannedCopies(_ questions: [HistoryQuestion], _ type: RecordType)
    throws(BackupError) -> [HistoryQuestion: Int]?
  {
    guard questions.count >= Self.fewestToScan, try !hasStartIndex else { return nil }
    var copies: [HistoryQuestion: Int] = [:]
    let statement = try database.prepare(
      "SELECT backup_name, count(*) FROM stats NOT INDEXED WHERE backup_start>=?"
        + " AND \(isSound) AND \(condition(type)) GROUP BY backup_name")
    for (since, asked) in Dictionary(grouping: questions, by: \.countedSince) {
      guard let since else { continue }
      let byName = Dictionary(asked.map { ($0.section, $0) }) { first, _ in first }
      try statement.bind([.text(String(since.catalogText(in: zone).prefix(19)))])
      while try statement.step() {
        if let question = byName[statement.text(0) ?? ""] {
          copies[question] = Int(statement.integer(1) ?? 0)
        }
      }
      statement.reset()
    }
    return copies
  }

  private func copies(_ question: HistoryQuestion, _ statement: SQLiteStatement)
    throws(BackupError) -> Int?
  {
    guard let since = question.countedSince else { return nil }
    // Texts are local, with or without an offset: the second is what both forms share.
    let text = String(since.catalogText(in: zone).prefix(19))
    try statement.bind([.text(text), .text(question.section)])
    defer { statement.reset() }
    return try statement.step() ? Int(statement.integer(0) ?? 0) : 0
  }

  private func sizes(_ question: HistoryQuestion, _ statement: SQLiteStatement)
    throws(BackupError) -> [Int64]
  {
    guard question.sizes > 0 else { return [] }
    try statement.bind([.text(question.section), .integer(Int64(question.sizes) + 1)])
    var sizes: [Int64] = []
    while try statement.step() {
      let start = statement.text(0).flatMap { Instant(catalogText: $0, in: zone) }
      if start != question.leavingOut { sizes.append(statement.integer(1) ?? 0) }
    }
    statement.reset()
    return Array(sizes.prefix(question.sizes))
  }

  private func oldest(_ section: String, _ statement: SQLiteStatement) throws(BackupError)
    -> Instant?
  {
    try statement.bind([.text(section)])
    defer { statement.reset() }
    guard try statement.step(),
      let start = statement.text(0).flatMap({ Instant(catalogText: $0, in: zone) })
    else { return nil }
    return statement.text(1).flatMap { Instant(catalogText: $0, in: zone, notBefore: start) }
      ?? start
  }

  private var hasProofs: Bool {
    present.contains("verified_at") && present.contains("verified_status")
  }

  /// Runs that succeeded, but for those that failed a proof.
  private var isSound: String {
    hasProofs ? "status='OK' AND (verified_status IS NULL OR verified_status='OK')" : "status='OK'"
  }

  private typealias ProofStatements = (newest: SQLiteStatement, bad: SQLiteStatement)

  /// Nil where nothing was ever proven: older files lack the columns.
  private func proofStatements(_ type: RecordType) throws(BackupError) -> ProofStatements? {
    guard hasProofs else { return nil }
    let rows = "FROM stats WHERE backup_name=? AND \(condition(type))"
    return (
      try database.prepare(
        "SELECT verified_at, verified_status \(rows) AND verified_at IS NOT NULL"
          + " ORDER BY backup_start DESC LIMIT 1"),
      try database.prepare("SELECT count(*) \(rows) AND \(CatalogSchema.isProvenBad)")
    )
  }

  /// The proof of the newest backup that was put to one, and how many older ones failed theirs.
  private func proof(_ section: String, _ statements: ProofStatements) throws(BackupError)
    -> (newest: BackupProof?, failedOlder: Int)
  {
    for statement in [statements.newest, statements.bad] { try statement.bind([.text(section)]) }
    defer {
      statements.newest.reset()
      statements.bad.reset()
    }
    guard try statements.newest.step(),
      let newest = BackupProof(
        verifiedAt: statements.newest.text(0), status: statements.newest.text(1), in: zone)
    else { return (nil, 0) }
    let bad = try statements.bad.step() ? Int(statements.bad.integer(0) ?? 0) : 0
    return (newest, max(0, bad - (newest.isGood ? 0 : 1)))
  }

  /// The rows of a type; very old files have no column for it, and hold backups alone.
  private func condition(_ type: RecordType) -> String {
    guard present.contains("type") else { return type == .backup ? "1" : "0" }
    return type == .backup
      ? "(TYPE='BACKUP' OR TYPE='' OR TYPE IS NULL)" : "TYPE='\(type.catalogText)'"
  }
}
