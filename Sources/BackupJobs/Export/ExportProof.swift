import Glibc
import OutsideWorld
import TISBackupCore

/// Reads back everything on a target, and compares it with the manifest that lies there.
///
/// It needs nothing but the target: a disk whose catalog is lost can be proven too.
package struct ExportProof: Sendable {
  /// Differences that are told by name, of each generation.
  private static let told = 5

  package let target: String
  /// The sections to read; nil for all that are there.
  package let sections: [String]?
  package let world: World

  package init(of target: String, sections: [String]?, world: World) {
    (self.target, self.sections, self.world) = (DiskPath.trimmed(target), sections, world)
  }

  /// Reads them all, one after the other; a section that is bad never stops the others.
  ///
  /// `done` hears of each as it ends. Throws when there is no export that could be proven, and when
  /// one is at work.
  package func perform(done: (SectionResult) -> Void = { _ in }) async throws(BackupError)
    -> [SectionResult]
  {
    let path = "\(target)/\(ExportManifest.name)"
    guard access(path, F_OK) == 0 else {
      throw BackupError(.storage, .noManifest(target), hint: .nameTarget)
    }
    let lock = try lock()
    defer { withExtendedLifetime(lock) {} }
    let manifest = try ExportManifest.read(in: target)
    let there = sectionsThere(manifest)
    var results: [SectionResult] = []
    for section in sections ?? there {
      guard !Task.isCancelled else {
        results.append(.interrupted(section, by: world.interruption()))
        continue
      }
      let result =
        there.contains(section)
        ? await result(of: section, manifest)
        : SectionResult(section, .failed, "no copy of it is in '\(target)'")
      results.append(result)
      done(result)
    }
    return results
  }

  /// Shared, so that a disk which cannot be written to can be proven: nothing is made for it.
  private func lock() throws(BackupError) -> FileLock? {
    let path = "\(target)/\(ExportJob.lockName)"
    guard access(path, F_OK) == 0 else { return nil }
    guard let lock = try FileLock(sharing: path) else {
      throw BackupError(.locked, .busy(target), hint: .wait)
    }
    return lock
  }

  private func sectionsThere(_ manifest: ExportManifest) -> [String] {
    let folders = DiskLayout.names(in: target).filter {
      !ExportGenerations("\(target)/\($0)", zone: world.zone).names.isEmpty
    }
    return Set(folders + manifest.sections).sorted()
  }

  private func result(of section: String, _ manifest: ExportManifest) async -> SectionResult {
    var tally = Tally()
    do throws(BackupError) {
      for generation in generations(of: section, manifest) {
        let wanted = try manifest.sums(of: "\(section)/\(generation)")
        try await compare(section, generation, wanted, &tally)
      }
    } catch {
      let error = error.naming(world.interruption(), section)
      world.say(Note(.error, section, error.description))
      return .failed(section, error)
    }
    let result = tally.result(of: section)
    world.say(Note(result.kind == .ok ? .info : .error, section, result.message))
    return result
  }

  /// Those that are there, and those that should be.
  ///
  /// What an export that was stopped left under another name is its next one's business.
  private func generations(of section: String, _ manifest: ExportManifest) -> [String] {
    let folder = "\(target)/\(section)"
    let there = ExportGenerations(folder, zone: world.zone).names
    let named = manifest.generations(of: section).filter { name in
      !there.contains(name) && access("\(folder)/\(name).incoming", F_OK) != 0
        && access("\(folder)/\(DiskLayout.trashPrefix)\(name)", F_OK) != 0
    }
    return (there + named).sorted()
  }

  private func compare(
    _ section: String, _ generation: String, _ wanted: [FileSum], _ tally: inout Tally
  ) async throws(BackupError) {
    tally.generations += 1
    let folder = "\(target)/\(section)/\(generation)"
    guard DiskLayout.isFolder(folder) else {
      tally.differ(generation, ["all of it is missing"])
      return
    }
    // What memory holds proves nothing of the disk.
    let found = try await FileSums(root: folder, only: nil, readsDisk: true).compute()
    tally.files += found.count
    let (now, then) = (Self.byPath(found), Self.byPath(wanted))
    let differences = Set(now.keys).union(then.keys).compactMap { path -> String? in
      let shown = "'\(String(decoding: path, as: UTF8.self))'"
      guard let old = then[path] else { return "\(shown) is not in the manifest" }
      guard let new = now[path] else { return "\(shown) is missing" }
      return old == new ? nil : "\(shown) has another content"
    }
    tally.differ(generation, differences.sorted())
  }

  private static func byPath(_ sums: [FileSum]) -> [[UInt8]: FileSum] {
    Dictionary(sums.map { ($0.path, $0) }) { _, last in last }
  }

  /// What was found of one section.
  private struct Tally {
    var generations = 0
    var files = 0
    var differences: [String] = []

    mutating func differ(_ generation: String, _ sentences: [String]) {
      guard let first = sentences.first else { return }
      let more = sentences.count - ExportProof.told
      let told = sentences.count == 1 ? [first] : Array(sentences.prefix(ExportProof.told))
      differences.append(
        "\(generation): " + told.joined(separator: ", ") + (more > 0 ? ", and \(more) more" : ""))
    }

    func result(of section: String) -> SectionResult {
      guard differences.isEmpty else {
        return SectionResult(section, .failed, differences.joined(separator: "; "))
      }
      let count = "\(generations) generation\(generations == 1 ? "" : "s")"
      return SectionResult(
        section, .ok, "\(count), \(files) file\(files == 1 ? "" : "s") as in the manifest")
    }
  }
}

extension [SectionResult] {
  /// What reading a whole target back came to, for the catalog.
  package func proof(at now: Instant) -> ProofOutcome {
    let bad = filter { $0.kind == .failed }
    guard let first = bad.first else {
      return ProofOutcome(
        time: now, isGood: true, log: "\(count) section\(count == 1 ? "" : "s") as in the manifest")
    }
    let more = bad.count > 1 ? "; and \(bad.count - 1) more of \(count) sections" : ""
    return ProofOutcome(time: now, isGood: false, log: "[\(first.section)] \(first.message)\(more)")
  }
}

extension BackupError.Message {
  fileprivate static func noManifest(_ target: String) -> Self {
    "'\(target)' has no \(ExportManifest.name): no export ever ended there"
  }
  fileprivate static let nameTarget: Self =
    "Name the folder that exports go to with -x DIR, or the disk with --disk LABEL."
  fileprivate static func busy(_ target: String) -> Self { "an export writes to '\(target)'" }
  fileprivate static let wait: Self = "Wait for it to end."
}
