import TISBackupTestSupport

/// What lies under final names, and whether the catalog tells of it.
extension KillMatrixAftermath {
  /// Everything under a final name must hold what its original holds, and be provably so.
  mutating func compareContent() async throws {
    let pairs = finished.map { "\($0) \(site.original(of: $0))\n" }.joined()
    let generations = finished.filter { $0.hasPrefix("disk/") }.map { "\($0.dropFirst(5))/\n" }
    try write(generations.joined(), to: "\(site.folder)/generations")
    let said = try await site.shell(Self.comparing, input: pairs)
    complaints += said.split(separator: "\n").map(String.init)
    for place in finished where place.hasPrefix("base/") { compareReceipt(place) }
  }

  /// Beside a backup lie its receipt and its manifest; those that were there have not changed.
  private mutating func compareReceipt(_ place: String) {
    let parts = place.split(separator: "/").map(String.init)
    let receipt = "base/\(parts[1])/.\(parts[2]).json"
    let told = (try? text("\(site.folder)/\(receipt)")).flatMap { try? json($0) as? [String: Any] }
    if told?["section"] as? String != parts[1] || told?["status"] as? String != "OK" {
      complaints.append("\(place) has no receipt")
    }
    let manifest = "base/\(parts[1])/.\(parts[2]).manifest"
    let isKept = exists("\(site.template)/\(place)")
    let (found, kept) = (
      try? bytes("\(site.folder)/\(manifest)"), try? bytes("\(site.template)/\(manifest)")
    )
    if found == nil || isKept && found != kept { complaints.append("\(place) has no manifest") }
  }

  private static let comparing = #"""
    while read -r place original; do
      diff -r --no-dereference "$place" "$original" >diff 2>&1 ||
        echo "$place: $(head -n 3 diff)"
      case $original in
      */source/*)
        manifest=${place%/*}/.${place##*/}.manifest
        digest=$(head -n -1 "$manifest" | sha256sum | cut -d' ' -f1)
        [ "$(tail -n 1 "$manifest" | cut -d' ' -f1,3)" = "end $digest" ] ||
          echo "$place: its manifest is cut" ;;
      esac
    done
    if [ -s generations ]; then
      cd disk
      grep -F -f ../generations MANIFEST.sha256 >../sums || true
      cut -c67- ../sums | sort >../named
      find $(cat ../generations) -type f | sed 's#//#/#' | sort >../there
      diff ../named ../there || echo 'MANIFEST.sha256 names other files than are there'
      [ ! -s ../sums ] || sha256sum --quiet -c ../sums 2>&1 || echo 'the sums differ'
      cd ..
    fi
    [ ! -e disk/tisbackup.sqlite ] ||
      [ "$(sqlite3 disk/tisbackup.sqlite 'PRAGMA integrity_check')" = ok ] ||
      echo 'the catalog on the disk is damaged'
    """#

  /// What is told must be there, and what is there must be told, or be what a dead run left.
  mutating func compareRowsWithDisk() {
    let there = Set(finished)
    let lost = site.finished(below: site.template).filter {
      !there.contains($0) && !site.doomed.contains($0)
    }
    if !lost.isEmpty { complaints.append("lost: \(lost)") }
    guard let rows else { return }
    for row in rows where row.status == "OK" && row.type == "BACKUP" {
      guard let place = relative(row), !there.contains(place) else { continue }
      phase.insert("moved away")
      if !site.doomed.contains(place) { complaints.append("\(place) is on record, and gone") }
    }
    let told = rows.filter { $0.type == "BACKUP" }.compactMap(\.place)
    if Set(told).count != told.count { complaints.append("backups are told twice: \(told)") }
    for row in rows where row.type == "CLEAN" {
      if let place = relative(row), there.contains(place) {
        complaints.append("\(place) is told to be removed, and there")
      }
    }
    for row in rows {
      guard let proof = row.proof, let place = relative(row) else { continue }
      if (proof == "OK") == site.rotten.contains(place) {
        complaints.append("\(place) is told to be proven \(proof)")
      }
    }
    let exports = Dictionary(
      grouping: rows.filter { $0.type == "EXPORT" && $0.status == "OK" }, by: \.section)
    for newest in exports.values.compactMap(\.first) {
      if let place = relative(newest), !there.contains(place) {
        complaints.append("the newest export \(place) is gone")
      }
    }
    for place in unrecorded where !isExplained(place, rows) {
      complaints.append("\(place) is on no record")
    }
  }

  /// Backups that no row tells of.
  var unrecorded: [String] {
    let told = Set(
      (rows ?? []).filter { $0.type == "BACKUP" && $0.status == "OK" }.compactMap(relative))
    return finished.filter { $0.hasPrefix("base/") && !told.contains($0) }
  }

  /// Whether a backup without a row is one of a catalog that was lost, or its run died before it
  /// could tell.
  private func isExplained(_ place: String, _ rows: [KillMatrixRow]) -> Bool {
    let parts = place.split(separator: "/").map(String.init)
    if !exists("\(site.template)/base/log") { return true }
    return rows.contains {
      $0.section == parts[1] && $0.status == "Running" && $0.name == parts[2]
    }
  }

  private func relative(_ row: KillMatrixRow) -> String? {
    row.place.flatMap { place in
      place.hasPrefix(site.folder + "/") ? String(place.dropFirst(site.folder.count + 1)) : nil
    }
  }
}
