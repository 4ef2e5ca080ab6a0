import Monitoring
import TISBackupCore

/// Asks whether the last good backup is where the catalog says.
package struct Location: CheckRule {
  package init() {}

  package func evaluate(_ facts: SectionFacts) -> Finding {
    switch facts.location {
    case .notLookedFor, .present: Finding(.ok, "")
    case .notRecorded: Finding(.warning, "the catalog does not say where the last good backup is")
    case .missing(let path): Finding(.critical, "the last good backup is gone from \(path)")
    case .olderThanRun(let path):
      Finding(.critical, "\(path) is older than the run that should have written it")
    case .hung(let path, let mount, let waited):
      Finding(
        .unknown,
        "looking at \(path) did not come back within \(waited): is \(mount) alive? See dmesg, or use --no-location-check"
      )
    case .hidden(let path, let reason):
      Finding(
        .unknown,
        "cannot look at \(path): \(reason); let this user enter its folder or use --no-location-check"
      )
    }
  }
}
