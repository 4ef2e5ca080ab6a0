extension Catalog {
  /// Stands for all targets where the monitoring ini cannot be read: nothing is lost meanwhile.
  package static let everyTarget = "*"

  // MARK: written with the row they are about

  /// Notes that a run has begun: should it die, its targets are owed that.
  ///
  /// Called inside the transaction that begins the run.
  func awaitEnd(of key: RunKey) throws(BackupError) {
    guard let subject = AnnouncedSubject(ofRun: key.type, key.section),
      audience.kinds.contains(subject.kind)
    else { return }
    for target in audience.targets {
      try database.run(
        """
        INSERT INTO outbox (target, kind, section, awaits) VALUES (?, ?, ?, ?)
          ON CONFLICT DO UPDATE SET awaits=excluded.awaits
        """,
        [
          .text(target), .text(subject.kind.rawValue), .text(subject.section),
          .text(key.startText),
        ])
    }
  }

  /// Notes that there is news of a section: every target is owed its state, and that of the whole.
  ///
  /// Called inside the transaction that makes the news.
  func oweNews(of type: RecordType, _ section: String, at now: Instant) throws(BackupError) {
    guard let subject = AnnouncedSubject(ofRun: type, section) else { return }
    for target in audience.targets { try oweWithWhole(subject, to: target, at: now) }
  }

  /// The same for news without a row, such as a run that could not even begin.
  package func noteNews(of type: RecordType, _ section: String, at now: Instant)
    throws(BackupError)
  {
    try database.transaction { () throws(BackupError) in try oweNews(of: type, section, at: now) }
  }

  /// Forgets a run that decided to do nothing; what was owed before still is.
  func forgetAwaited(_ key: RunKey) throws(BackupError) {
    let run: [SQLiteValue] = [.text(key.startText), .text(key.section)]
    try database.run(
      "DELETE FROM outbox WHERE awaits=? AND section=? AND owed_since IS NULL", run)
    try database.run("UPDATE outbox SET awaits=NULL WHERE awaits=? AND section=?", run)
  }

  private func oweWithWhole(_ subject: AnnouncedSubject, to target: String, at now: Instant)
    throws(BackupError)
  {
    for subject in [subject, .summary] where audience.kinds.contains(subject.kind) {
      try owe(subject, to: target, at: now)
    }
  }

  private func owe(_ subject: AnnouncedSubject, to target: String, at now: Instant)
    throws(BackupError)
  {
    try database.run(
      """
      INSERT INTO outbox (target, kind, section, owed_since) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT DO UPDATE SET owed_since=coalesce(owed_since, excluded.owed_since),
          awaits=NULL, revision=revision + 1
      """,
      [
        .text(target), .text(subject.kind.rawValue), .text(subject.section),
        .text(now.catalogText(in: zone)),
      ])
  }

  // MARK: what the targets are

  /// Brings the outbox in line with the targets of the monitoring ini; gives those that are gone,
  /// with how much they were owed.
  ///
  /// What is owed to every target becomes owed to each. One that is new at `moment` counts as one
  /// that could not be reached until then: it is told everything as soon as it takes something.
  @discardableResult
  package func setTargets(_ targets: [String], newAt moment: Instant? = nil) throws(BackupError)
    -> [(name: String, owed: Int)]
  {
    let known = try names("SELECT target FROM outbox_targets ORDER BY target")
    let owing = try names("SELECT DISTINCT target FROM outbox")
    guard known != targets.sorted() || !owing.allSatisfy(targets.contains) else { return [] }
    return try database.transaction { () throws(BackupError) in
      for target in targets {
        try database.run(
          "INSERT OR IGNORE INTO outbox_targets (target, unreachable_since) VALUES (?, ?)",
          [.text(target), SQLiteValue(moment?.catalogText(in: zone))])
        try database.run(
          """
          INSERT INTO outbox SELECT ?1, kind, section, owed_since, awaits, revision, 0, NULL
            FROM outbox WHERE target=?2
            ON CONFLICT DO UPDATE SET owed_since=coalesce(outbox.owed_since, excluded.owed_since),
              awaits=coalesce(excluded.awaits, outbox.awaits), revision=outbox.revision + 1
          """, [.text(target), .text(Self.everyTarget)])
      }
      let gone = try outboxTargets().filter { !targets.contains($0.name) }
      for target in gone {
        try database.run("DELETE FROM outbox WHERE target=?", [.text(target.name)])
        try database.run("DELETE FROM outbox_targets WHERE target=?", [.text(target.name)])
      }
      return gone.filter { $0.owed > 0 && $0.name != Self.everyTarget }
        .map { ($0.name, $0.owed) }
    }
  }

  /// What is known of every target, by name; empty where nothing was ever announced.
  package func outboxTargets() throws(BackupError) -> [OutboxTarget] {
    guard try OutboxSchema.isPresent(in: database) else { return [] }
    let statement = try database.prepare(
      """
      SELECT name, max(delivered_at), max(problem), count(owed_since), min(owed_since) FROM (
        SELECT target AS name, delivered_at, problem, NULL AS owed_since FROM outbox_targets
        UNION ALL SELECT target, NULL, NULL, owed_since FROM outbox)
        GROUP BY name ORDER BY name
      """)
    var targets: [OutboxTarget] = []
    while try statement.step() {
      var target = OutboxTarget(name: statement.text(0) ?? "")
      target.delivered = instant(statement.text(1))
      target.problem = statement.text(2) ?? ""
      target.owed = Int(statement.integer(3) ?? 0)
      target.oldest = instant(statement.text(4))
      targets.append(target)
    }
    return targets
  }

  private func names(_ query: String) throws(BackupError) -> [String] {
    let statement = try database.prepare(query)
    var names: [String] = []
    while try statement.step() { names.append(statement.text(0) ?? "") }
    return names
  }

  private func instant(_ text: String?) -> Instant? {
    text.flatMap { Instant(catalogText: $0, in: zone) }
  }

  // MARK: what is owed, and what became of it

  /// Makes a target owe the state of these subjects, whatever became of earlier announcements.
  package func oweAll(_ subjects: [AnnouncedSubject], to target: String, at now: Instant)
    throws(BackupError)
  {
    try database.transaction { () throws(BackupError) in
      for subject in subjects { try owe(subject, to: target, at: now) }
    }
  }

  /// Makes the death of runs that were awaited news.
  package func oweDeadRuns(at now: Instant, isAlive: (ProcessIdentity) -> Bool)
    throws(BackupError)
  {
    guard try !awaitedInVain(isAlive: isAlive).isEmpty else { return }
    // Looked for again, now that nobody else writes: the section may have begun a run since, and
    // to owe the death of the one before would forget to await it.
    try database.transaction { () throws(BackupError) in
      for (target, subject) in try awaitedInVain(isAlive: isAlive) {
        try oweWithWhole(subject, to: target, at: now)
      }
    }
  }

  /// The subjects whose awaited run will not end, for it is not at work.
  private func awaitedInVain(isAlive: (ProcessIdentity) -> Bool) throws(BackupError)
    -> [(target: String, subject: AnnouncedSubject)]
  {
    let awaited = try database.prepare(
      "SELECT target, kind, section, awaits FROM outbox WHERE awaits IS NOT NULL")
    var dead: [(target: String, subject: AnnouncedSubject)] = []
    var alive: Set<[String]>?
    while try awaited.step() {
      let section = awaited.text(2) ?? ""
      // Sections may begin at the same instant: only both together name a run.
      if alive == nil { alive = try runsAtWork(isAlive: isAlive) }
      guard alive?.contains([section, awaited.text(3) ?? ""]) == false,
        let kind = AnnouncedSubject.Kind(rawValue: awaited.text(1) ?? "")
      else { continue }
      dead.append((awaited.text(0) ?? "", AnnouncedSubject(kind, section)))
    }
    return dead
  }

  /// Section and start of every run whose writer lives.
  private func runsAtWork(isAlive: (ProcessIdentity) -> Bool) throws(BackupError)
    -> Set<[String]>
  {
    Set(
      try running().filter { !$0.isDead(isAlive: isAlive) }
        .map { [$0.section, $0.start.catalogText(in: zone)] })
  }

  /// What a target is owed: those that were tried least first, then the oldest.
  package func owed(to target: String) throws(BackupError) -> [OwedAnnouncement] {
    guard try OutboxSchema.isPresent(in: database) else { return [] }
    let statement = try database.prepare(
      """
      SELECT kind, section, owed_since, revision, attempts, problem FROM outbox
        WHERE target=? AND owed_since IS NOT NULL ORDER BY attempts, owed_since, section, kind
      """)
    try statement.bind([.text(target)])
    var owed: [OwedAnnouncement] = []
    while try statement.step() {
      guard let kind = AnnouncedSubject.Kind(rawValue: statement.text(0) ?? "") else { continue }
      var announcement = OwedAnnouncement(
        target: target, subject: AnnouncedSubject(kind, statement.text(1) ?? ""),
        since: instant(statement.text(2)) ?? Instant(seconds: 0),
        revision: statement.integer(3) ?? 0)
      announcement.attempts = statement.integer(4) ?? 0
      announcement.problem = statement.text(5) ?? ""
      owed.append(announcement)
    }
    return owed
  }

  /// Notes what became of announcements to one target, all in one transaction.
  ///
  /// Killed before this, what arrived is announced once more, in its state of then: never less than
  /// once, and never something stale.
  ///
  /// `isUnreachable` says that none arrived, and none would have: the server itself is gone.
  package func settle(
    _ deliveries: [(OwedAnnouncement, Delivery)], of target: String, isUnreachable: Bool = false,
    at now: Instant
  ) throws(BackupError) {
    try database.transaction { () throws(BackupError) in
      for (announcement, delivery) in deliveries { try settle(announcement, delivery) }
      let problems = deliveries.compactMap { $0.1.problem }.filter { !$0.isEmpty }
      try database.run(
        """
        UPDATE outbox_targets SET problem=?2,
          delivered_at=CASE WHEN ?3 THEN ?4 ELSE delivered_at END,
          unreachable_since=CASE WHEN ?5 THEN coalesce(unreachable_since, ?4)
            ELSE unreachable_since END WHERE target=?1
        """,
        [
          .text(target), SQLiteValue(problems.first),
          .integer(deliveries.contains { $0.1 == .delivered } ? 1 : 0),
          .text(now.catalogText(in: zone)), .integer(isUnreachable ? 1 : 0),
        ])
    }
  }

  /// Owes these subjects to a target that takes announcements again after it could not be reached;
  /// true when it was so.
  ///
  /// Its server may have been put back from an older state, or new: what it was told before counts
  /// for nothing. The mark goes with the debt, in one transaction.
  package func recover(_ target: String, owing subjects: [AnnouncedSubject], at now: Instant)
    throws(BackupError) -> Bool
  {
    try database.transaction { () throws(BackupError) in
      let changed = try database.run(
        "UPDATE outbox_targets SET unreachable_since=NULL"
          + " WHERE target=? AND unreachable_since IS NOT NULL", [.text(target)])
      guard changed > 0 else { return false }
      for subject in subjects { try owe(subject, to: target, at: now) }
      return true
    }
  }

  private func settle(_ announcement: OwedAnnouncement, _ delivery: Delivery) throws(BackupError) {
    let key: [SQLiteValue] = [
      .text(announcement.target), .text(announcement.subject.kind.rawValue),
      .text(announcement.subject.section),
    ]
    let row = "target=?1 AND kind=?2 AND section=?3"
    switch delivery {
    case .delivered, .dropped:
      let revision = [SQLiteValue.integer(announcement.revision)]
      try database.run(
        "DELETE FROM outbox WHERE \(row) AND revision=?4 AND awaits IS NULL", key + revision)
      // A run is at work: its end, or its death, will be news.
      try database.run(
        "UPDATE outbox SET owed_since=NULL, attempts=0, problem=NULL WHERE \(row) AND revision=?4",
        key + revision)
    case .kept(let reason):
      try database.run(
        """
        UPDATE outbox SET attempts=attempts + 1, problem=?4 WHERE \(row)
        """, key + [.text(reason)])
    }
  }
}
