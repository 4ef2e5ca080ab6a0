import Monitoring
import TISBackupCore

/// A state as pages show it: a word, and the class that colours it.
///
/// Never a colour alone.
struct StateWord: Sendable {
  let word: String
  let css: String

  init(_ state: CheckState) {
    word = state.name
    css =
      switch state {
      case .ok: "ok"
      case .warning: "warning"
      case .critical: "critical"
      case .unknown: "unknown"
      }
  }

  init(_ status: RunStatus) {
    word = status.catalogText
    css =
      switch status {
      case .ok: "ok"
      case .warning: "warning"
      case .error: "critical"
      case .running: "running"
      case .other: "unknown"
      }
  }
}
