import TISBackupTestSupport

/// What a check has to say of a section, derived from the rows and the disk alone; no process that
/// wrote a row is alive.
struct KillMatrixVerdict {
  let section: String
  let state: String
  /// The newest good backup or export.
  let good: KillMatrixRow?
  /// Runs since, newest first.
  let failures: [KillMatrixRow]

  init(_ section: String, type: String, in rows: [KillMatrixRow]) {
    let runs = rows.filter { $0.section == section && $0.type == type }
    let good = runs.filter(\.isGood).max { $0.end ?? "" < $1.end ?? "" }
    (self.section, self.good) = (section, good)
    failures = runs.filter { $0.status != "OK" && $0.start > good?.start ?? "" }
    let proofs = runs.filter { $0.status == "OK" }.compactMap(\.proof)
    let isThere = good.flatMap(\.place).map(exists) ?? false
    // Nobody looks for exports: their disk may be in a safe.
    if good == nil || type == "BACKUP" && !isThere || proofs.first == "ERROR" {
      state = "CRITICAL"
    } else {
      state = proofs.contains("ERROR") ? "WARNING" : "OK"
    }
  }

  /// Where a check says otherwise.
  func complaints(about told: KillMatrixCheck.Section?) -> [String] {
    guard let told else { return ["the check does not name [\(section)]"] }
    var complaints: [String] = []
    if told.state != state {
      complaints.append("[\(section)] is \(state), and told to be \(told.state): \(told.message)")
    }
    if told.running { complaints.append("[\(section)] is told to be running") }
    if told.location != good?.location {
      complaints.append("[\(section)] is told to be in \(told.location ?? "no place")")
    }
    if told.failures != failures.count {
      complaints.append(
        "[\(section)] has \(failures.count) failures, and is told to have \(told.failures)")
    }
    if failures.first?.status == "Running" && !told.message.contains("is gone") {
      complaints.append("[\(section)] died, and nothing tells: \(told.message)")
    }
    return complaints
  }
}
