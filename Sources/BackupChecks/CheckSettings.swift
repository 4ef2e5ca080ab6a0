import Monitoring

/// What the command line asks of the check, for all sections alike.
package struct CheckSettings: Sendable {
  /// Range of the age of the last good backup, in seconds; nil takes each section's own keys.
  package var warning: Threshold?
  /// As `warning`, for CRITICAL.
  package var critical: Threshold?
  /// Whether the backups themselves are looked for on disk.
  package var looksForBackups = true
  /// Seconds after which a run of the old program that never ended is taken for dead.
  package var staleRunning = 24 * 3600

  package init(warning: Threshold? = nil, critical: Threshold? = nil) {
    (self.warning, self.critical) = (warning, critical)
  }
}
