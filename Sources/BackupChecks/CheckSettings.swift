import Monitoring

/// What the command line asks of the check.
package struct CheckSettings: Sendable {
  /// Ranges that stand before each section's own keys.
  package var limits = SectionLimits()
  /// Free space and inodes of the base folder; without any, those of `[global]` in a check of all
  /// sections.
  package var space = SpaceLimits()
  /// Whether the backups themselves are looked for on disk.
  package var looksForBackups = true
  /// Good backups before the last whose median its size is compared with.
  package var history = 7
  package var judgement = Judgement()

  package init() {}
}
