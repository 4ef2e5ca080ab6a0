import BackupProofs
import OutsideWorld
import TISBackupCore

/// The proof of one backup: its content by itself, then against what was recorded when it was
/// taken, then loaded into a server.
struct BackupProving {
  let item: VerifyPlan.Item
  /// Percent of the files that are read.
  let sample: Int
  let restoreFolder: String?
  let world: World

  func verdict() async -> ProofVerdict {
    do throws(BackupError) {
      // As long as it is read, it is not removed.
      guard let lock = try FileLock(sharing: item.location) else {
        throw BackupError(.locked, .beingRemoved(item.location))
      }
      defer { withExtendedLifetime(lock) {} }
      let shown = [try await content(), try await comparison()].compactMap(\.self)
      guard !shown.isEmpty else { return .unprovable(Self.nothingToCompare) }
      return try await restored(shown.joined(separator: "; "))
    } catch {
      guard error.code != .unproven else { return .bad(error) }
      return .notLooked(error.naming(world.interruption(), item.section))
    }
  }

  private static let nothingToCompare =
    "cannot be proven: nothing was recorded when it was taken (see the key 'manifest')"

  private func content() async throws(BackupError) -> String? {
    try await StoredArtifact(type: item.type, location: item.location).prove(using: world)
  }

  /// Compares with the manifest; nil when there is none.
  private func comparison() async throws(BackupError) -> String? {
    guard FileManifest.isThere(forBackup: item.location) else { return nil }
    let day = Int(world.now().seconds / 86_400)
    let comparison = try await FileManifest.compare(item.location, sample: sample, day: day)
    guard comparison.isClean else {
      throw BackupError(.unproven, .different(comparison), hint: .look)
    }
    let part = sample < 100 ? ", a sample of \(sample) %" : ""
    return
      "\(Self.count(comparison.entries, "entry", "entries")) as recorded, \(Self.count(comparison.files, "file", "files")) (\(ByteCount(comparison.bytes))) read\(part)"
  }

  private static func count(_ number: Int, _ one: String, _ many: String) -> String {
    "\(number) \(number == 1 ? one : many)"
  }

  /// A restore test that cannot be made casts no doubt on what was shown before.
  private func restored(_ shown: String) async throws(BackupError) -> ProofVerdict {
    guard let restoreFolder, let test = DumpRestore(item, in: restoreFolder, world: world) else {
      return .proven(shown, restoreSeconds: nil, doubt: nil)
    }
    do throws(BackupError) {
      let restored = try await test.perform()
      return .proven(
        "\(shown); \(restored.summary)", restoreSeconds: restored.seconds, doubt: nil)
    } catch {
      guard error.code != .unproven && error.code != .interrupted else { throw error }
      return .proven(
        shown, restoreSeconds: nil, doubt: "the restore test could not be made: \(error.oneLine)")
    }
  }
}

extension BackupError.Message {
  fileprivate static func beingRemoved(_ location: String) -> Self {
    "'\(location)' is being removed"
  }
  fileprivate static func different(_ comparison: Comparison) -> Self {
    let shown = comparison.first.prefix(3).joined(separator: "; ")
    let more = comparison.differences - min(3, comparison.first.count)
    return
      "is not what was recorded when it was taken: \(shown)\(more > 0 ? "; and \(more) more" : "")"
  }
  fileprivate static let look: Self =
    "Look at that disk ('dmesg', 'smartctl -a') and take the backup again."
}
