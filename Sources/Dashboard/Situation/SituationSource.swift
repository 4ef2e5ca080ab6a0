import OutsideWorld
import Synchronization
import TISBackupCore

/// Knows the present situation without asking the disk again for each of many who look.
final class SituationSource: Sendable {
  /// What it depends on: while this is the same, only the time goes on.
  private struct Basis: Equatable {
    var files: [FileIdentity?]
    /// Ages are told in minutes.
    var moment: Int
  }

  /// Seconds after which it is judged anew even when nothing was written.
  private static let lifetime = 10

  private let settings: DashboardSettings
  private let known = Mutex<(basis: Basis, result: Result<Situation, BackupError>)?>(nil)

  init(_ settings: DashboardSettings) { self.settings = settings }

  /// On a thread of its own: the disk may be slow, and the page has other visitors.
  func situation() async throws(BackupError) -> Situation {
    try await OwnThread.run { () -> Result<Situation, BackupError> in
      Result { () throws(BackupError) in try self.judged() }
    }.get()
  }

  /// Whoever asks while another is at it waits for his answer, also when that is a failure: a catalog
  /// that is locked or a disk that hangs takes its seconds once, not for each visitor.
  private func judged() throws(BackupError) -> Situation {
    let configuration = try settings.configuration()
    return try known.withLock { known -> Result<Situation, BackupError> in
      let now = settings.world.now()
      let basis = Basis(
        files: [configuration.path, configuration.layout.catalog].map(FileIdentity.init),
        moment: now.seconds / Self.lifetime)
      if let known, known.basis == basis { return known.result }
      let result = Result { () throws(BackupError) in
        try Situation(configuration, now: now, zone: settings.world.zone)
      }
      known = (basis, result)
      return result
    }.get()
  }
}
