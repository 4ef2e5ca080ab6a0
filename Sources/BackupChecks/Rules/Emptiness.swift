import Monitoring
import TISBackupCore

/// Asks whether there is anything in the last good backup.
package struct Emptiness: CheckRule {
  package init() {}

  package func evaluate(_ facts: SectionFacts) -> Finding {
    facts.lastGood?.bytes == 0 && !facts.judgement.allowsEmpty
      ? Finding(.warning, "the last good backup is empty (0 bytes)")
      : Finding(.ok, "")
  }
}
