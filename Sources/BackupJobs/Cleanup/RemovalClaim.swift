import TISBackupCore

/// The word of everybody else that a backup may go: nobody verifies or exports it.
struct RemovalClaim {
  private var lock: FileLock?
  /// Whether somebody reads it.
  private(set) var isRefused = false

  /// What cannot be opened, such as a link, has no lock that anybody could hold.
  init(_ place: String) {
    do throws(BackupError) {
      lock = try FileLock(claiming: place)
      isRefused = lock == nil
    } catch {}
  }
}
