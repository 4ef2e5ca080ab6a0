import Glibc
import OutsideWorld
import Synchronization
import TISBackupCore

/// Tells the story of a run: on standard error, and whole in the log file of the run.
package final class Narrator: Sendable {
  private struct State {
    var log: Int32 = -1
    var live = LiveLines()
    var shownAt: ContinuousClock.Instant?
  }

  private let threshold: Note.Level
  private let zone: LocalZone
  private let isTerminal: Bool
  private let state = Mutex(State())

  package init(threshold: Note.Level, zone: LocalZone) {
    (self.threshold, self.zone) = (threshold, zone)
    isTerminal = Terminal.isTerminal(STDERR_FILENO)
  }

  /// From here on the story is also kept in this file.
  package func log(to path: String) throws(BackupError) {
    let shared = DiskLayout.sharesWithGroup(DiskPath.parent(of: path))
    let opened = open(
      path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, shared ? 0o640 : 0o600)
    guard opened >= 0 else { throw .system("cannot write the log '\(path)'") }
    state.withLock { $0.log = opened }
  }

  package func tell(_ note: Note) {
    state.withLock { state in
      if note.isProgress {
        show(progress: note, &state)
        return
      }
      let line = line(note)
      if state.log >= 0 {
        Output.write("\(stamp()) \(note.level.rawValue.uppercased()) \(line)\n", to: state.log)
      }
      guard note.level >= threshold else { return }
      let told =
        isTerminal ? "\(line)\n" : "\(stamp()) \(note.level.rawValue): \(line)\n"
      // One write, so that a reader of the terminal never sees half of it.
      Output.write(state.live.erase() + told + draw(&state), to: STDERR_FILENO)
    }
  }

  /// Takes the live lines away, before something else is printed.
  package func finishProgress() {
    state.withLock { state in
      Output.write(state.live.erase(), to: STDERR_FILENO)
      state.live = LiveLines()
    }
  }

  private func show(progress note: Note, _ state: inout State) {
    guard isTerminal, note.level >= threshold else { return }
    state.live.set(note.section ?? "", Terminal.clean(note.text))
    // Nobody reads faster, and a slow terminal must not slow the backup.
    let now = ContinuousClock.now
    if let shownAt = state.shownAt, now - shownAt < .milliseconds(100), !note.text.isEmpty {
      return
    }
    state.shownAt = now
    Output.write(state.live.erase() + draw(&state), to: STDERR_FILENO)
  }

  private func draw(_ state: inout State) -> String {
    guard isTerminal, !state.live.isEmpty else { return "" }
    return state.live.draw(
      columns: Terminal.width(STDERR_FILENO) ?? 80, rows: Terminal.height(STDERR_FILENO) ?? 24)
  }

  private func line(_ note: Note) -> String {
    let text = Terminal.clean(note.text).replacing("\n", with: "\n    ")
    guard let section = note.section, !text.contains("[\(section)]") else { return text }
    return "[\(section)] \(text)"
  }

  private func stamp() -> String { Instant.current().logText(in: zone) }
}
