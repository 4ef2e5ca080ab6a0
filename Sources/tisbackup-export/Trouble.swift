import BackupJobs
import Synchronization
import TISBackupCore

/// What kept a disk mounted, until the answer is printed.
final class Trouble: Sendable {
  private let errors = Mutex<[BackupError]>([])

  func note(_ error: BackupError) { errors.withLock { $0.append(error) } }

  /// A warning for each, beside the sections.
  func results(of disk: ExportDisk) -> [SectionResult] {
    errors.withLock { errors in
      errors.map { SectionResult(disk.place.name, .warning, $0.oneLine) }
    }
  }
}
