import Foundation
import TISBackupTestSupport
import Testing

/// What stands after a kill, as independent programs see it, and everything that is wrong with it.
struct KillMatrixAftermath {
  /// What is wrong, a sentence each.
  var complaints: [String] = []
  /// Words for how far the tool had come.
  var phase: Set<String> = []
  /// Nil while the catalog has no table.
  var rows: [KillMatrixRow]?

  let site: KillMatrixSite
  /// Everything in the folders that hold backups, as `base/SECTION/NAME`.
  let entries: [String]
  let finished: [String]

  /// Looks at catalog and disk and, when `asks`, at what the tools say of them.
  static func look(at site: KillMatrixSite, asks: Bool) async throws -> KillMatrixAftermath {
    var aftermath = KillMatrixAftermath(at: site)
    if asks { try await aftermath.askTools() } else { try await aftermath.readRows() }
    try await aftermath.compareContent()
    aftermath.compareRowsWithDisk()
    aftermath.tellPhase()
    return aftermath
  }

  private init(at site: KillMatrixSite) {
    self.site = site
    finished = site.finished(below: site.folder)
    entries = KillMatrixSite.places.flatMap { place in
      site.sections.flatMap { section in
        names("\(site.folder)/\(place)/\(section)").map { "\(place)/\(section)/\($0)" }
      }
    }
  }

  private mutating func tellPhase() {
    let kept = site.finished(below: site.template)
    for entry in entries where !exists("\(site.template)/\(entry)") {
      for word in [".partial", ".incoming", ".manifest.new", ".json.new"]
      where entry.hasSuffix(word) { phase.insert(word) }
      if entry.contains("/.trash-") { phase.insert(".trash") }
    }
    for entry in entries where isAlone(entry) && !wasAlone(entry) {
      phase.insert(entry.hasSuffix(".json") ? "lone .json" : "lone .manifest")
    }
    let removed = Set(kept).subtracting(finished)
    if !removed.isEmpty { phase.insert("\(removed.count) gone") }
    if finished.contains(where: { $0.hasPrefix("disk/") && !exists("\(site.template)/\($0)") }) {
      phase.insert("new generation")
    }
    guard let rows else {
      phase.insert("no catalog")
      return
    }
    if rows.contains(where: { $0.status == "Running" }) {
      phase.insert(unrecorded.isEmpty ? "Running" : "named")
    }
    phase.insert("\(rows.count) rows, \(rows.filter { $0.type == "CLEAN" }.count) removed")
    phase.insert("\(rows.filter { $0.proof != nil }.count) proven")
  }

  /// Whether something is the receipt or the manifest of a backup that is not there.
  private func isAlone(_ entry: String) -> Bool { Self.isAlone(entry, in: finished) }

  /// Whether it was that before the first kill.
  private func wasAlone(_ entry: String) -> Bool {
    exists("\(site.template)/\(entry)")
      && Self.isAlone(entry, in: site.finished(below: site.template))
  }

  private static func isAlone(_ entry: String, in finished: [String]) -> Bool {
    let parts = entry.split(separator: "/").map(String.init)
    return [".json", ".manifest"].contains { suffix in
      let owner = parts[2].dropFirst().dropLast(suffix.count)
      return parts[2].hasPrefix(".") && parts[2].hasSuffix(suffix)
        && !finished.contains("\(parts[0])/\(parts[1])/\(owner)")
    }
  }

  /// Everything that must not be there any more once the next run has done its work.
  var leftovers: [String] {
    let litter = entries.filter { entry in
      ["partial", "incoming", "new"].contains { entry.hasSuffix(".\($0)") }
        || entry.contains("/.trash-") || isAlone(entry)
    }
    let beside = ["disk", "base/log"].flatMap { folder in
      names("\(site.folder)/\(folder)").filter { $0.hasSuffix(".new") || $0.hasSuffix("-journal") }
    }
    let open = (rows ?? []).filter { $0.status == "Running" }.map { "the row of \($0.start)" }
    return litter + beside + open + unrecorded.map { "\($0) without a row" }
      + finished.filter(site.doomed.contains).map { "\($0), which was to go" }
      + (phase.contains("moved away") ? ["a row without its backup"] : [])
  }
}
