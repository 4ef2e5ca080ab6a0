import TISBackupCore

/// What `--info=progress2` says, a line at a time.
package enum RsyncProgress {
  /// Reads `2,029,888  34%  5.86MB/s  0:00:12 (xfr#1, to-chk=49/74)`; nil for any other line.
  ///
  /// While rsync still looks for files it says `ir-chk`, and the number of all may grow.
  package static func parse(_ line: String) -> BackupProgress? {
    let words = line.split(separator: " ")
    guard words.count >= 4, let bytes = Int64(words[0].filter { $0 != "," }), bytes >= 0,
      words[1].hasSuffix("%")
    else { return nil }
    var progress = BackupProgress(bytes: bytes)
    progress.percent = Int(words[1].dropLast())
    if let checked = words.last?.firstMatch(of: #/-chk=(\d+)/(\d+)/#),
      let left = Int64(checked.1), let total = Int64(checked.2)
    {
      (progress.files, progress.totalFiles) = (max(0, total - left), total)
    }
    return progress
  }
}
