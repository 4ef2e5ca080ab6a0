import TISBackupCore

/// What became of the proof of one backup.
enum ProofVerdict: Sendable, Equatable {
  /// Shown to be whole, and how; seconds a restore test took, and why there was none although one
  /// was asked for.
  case proven(String, restoreSeconds: Double?, doubt: String?)
  /// Shown to be bad.
  case bad(BackupError)
  /// Nothing is recorded of it that could be compared.
  case unprovable(String)
  /// It could not be looked at: that says nothing of the backup.
  case notLooked(BackupError)

  /// What is recorded; nil when nothing was shown.
  func proof(at time: Instant) -> ProofOutcome? {
    switch self {
    case .proven(let log, let seconds, let doubt):
      ProofOutcome(
        time: time, isGood: true, log: ([log] + [doubt].compactMap(\.self)).joined(separator: "; "),
        restoreSeconds: seconds)
    case .bad(let error): ProofOutcome(time: time, isGood: false, log: error.oneLine)
    case .unprovable, .notLooked: nil
    }
  }

  func result(for item: VerifyPlan.Item) -> SectionResult {
    switch self {
    case .proven(let log, _, let doubt):
      SectionResult(
        item.section, doubt == nil ? .ok : .warning,
        "\(item.name): \(log)" + (doubt.map { "; \($0)" } ?? ""))
    case .bad(let error):
      SectionResult(item.section, .failed, "\(item.name): \(error.oneLine(about: item.section))")
    case .unprovable(let reason):
      SectionResult(item.section, .warning, "\(item.name): \(reason)")
    case .notLooked(let error):
      SectionResult(
        item.section, .failed,
        "\(item.name): nothing is proven: \(error.oneLine(about: item.section))")
    }
  }
}
