extension Catalog {
  /// Remembers that a place holds the copy of a backup that began at `start`.
  package func recordCopy(
    of section: String, begun start: Instant, on place: ExportPlace, at now: Instant
  )
    throws(BackupError)
  {
    try database.transaction { () throws(BackupError) in
      try keep(place)
      try database.run(
        """
        INSERT INTO export_copies (target, section, backup_start, exported_at) VALUES (?,?,?,?)
          ON CONFLICT (target, section) DO UPDATE SET
          backup_start=excluded.backup_start, exported_at=excluded.exported_at
        """,
        [
          .text(place.key), .text(section), .text(start.catalogText(in: zone)),
          .text(now.catalogText(in: zone)),
        ])
    }
  }

  /// Remembers what reading a place back came to.
  package func record(_ proof: ProofOutcome, of place: ExportPlace) throws(BackupError) {
    try database.transaction { () throws(BackupError) in
      try keep(place)
      try database.run(
        "UPDATE export_targets SET verified_at=?, verified_status=?, verified_log=? WHERE target=?",
        [
          .text(proof.time.catalogText(in: zone)),
          .text((proof.isGood ? RunStatus.ok : .error).catalogText), .text(proof.log),
          .text(place.key),
        ])
    }
  }

  /// Every place that ever took an export, by its key; none in a catalog that knows of none yet.
  package func exportTargets() throws(BackupError) -> [ExportTarget] {
    guard try ExportSchema.isPresent(in: database) else { return [] }
    let copies = try exportCopies()
    let statement = try database.prepare(
      "SELECT target, label, is_disk, verified_at, verified_status, verified_log"
        + " FROM export_targets ORDER BY target")
    var targets: [ExportTarget] = []
    while try statement.step() {
      let (key, label) = (statement.text(0) ?? "", statement.text(1))
      let isDisk = statement.integer(2) == 1
      var target = ExportTarget(
        isDisk ? ExportPlace(disk: key, label: label) : ExportPlace(folder: key))
      target.copies = copies[key] ?? []
      if let proof = BackupProof(verifiedAt: statement.text(3), status: statement.text(4), in: zone)
      {
        target.proof = ProofOutcome(
          time: proof.time, isGood: proof.isGood, log: statement.text(5) ?? "")
      }
      targets.append(target)
    }
    return targets
  }

  /// Takes over what another catalog knows of places; what is known here of a newer copy stays.
  package func takeOver(_ targets: [ExportTarget]) throws(BackupError) {
    let known = try exportTargets()
    for target in targets {
      let mine = known.first { $0.place.key == target.place.key }
      for copy in target.copies {
        let own = mine?.copies.first { $0.section == copy.section }
        if let own, own.exported >= copy.exported { continue }
        try recordCopy(of: copy.section, begun: copy.backup, on: target.place, at: copy.exported)
      }
      if let proof = target.proof, mine?.proof.map({ $0.time < proof.time }) ?? true {
        try record(proof, of: target.place)
      }
    }
  }

  /// Copies whose times cannot be read are none: a disk is rather taken for older than it is.
  private func exportCopies() throws(BackupError) -> [String: [ExportTarget.Copy]] {
    let statement = try database.prepare(
      "SELECT target, section, backup_start, exported_at FROM export_copies ORDER BY section")
    var copies: [String: [ExportTarget.Copy]] = [:]
    while try statement.step() {
      guard let backup = statement.text(2).flatMap({ Instant(catalogText: $0, in: zone) }),
        let exported = statement.text(3).flatMap({ Instant(catalogText: $0, in: zone) })
      else { continue }
      copies[statement.text(0) ?? "", default: []].append(
        ExportTarget.Copy(
          section: statement.text(1) ?? "", backup: backup, exported: exported))
    }
    return copies
  }

  private func keep(_ place: ExportPlace) throws(BackupError) {
    try database.run(
      """
      INSERT INTO export_targets (target, label, is_disk) VALUES (?,?,?)
        ON CONFLICT (target) DO UPDATE SET label=excluded.label, is_disk=excluded.is_disk
      """, [.text(place.key), SQLiteValue(place.label), .integer(place.isDisk ? 1 : 0)])
  }
}
