/// The backups whose unchanged files a new one may share.
struct LinkTargets: Equatable {
  /// Their folders or files, best first.
  var paths: [String] = []
  /// Whether one of them has failed a proof since: its files, and those of older backups that share
  /// them, may have gone bad without a change of size or time.
  var isDoubtful = false
}
