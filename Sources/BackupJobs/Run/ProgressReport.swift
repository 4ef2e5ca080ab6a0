import BackupDrivers
import OutsideWorld
import Synchronization
import TISBackupCore

/// Tells how far the run, or the export, of one section is: to a terminal that somebody watches, and to the
/// ``ProgressFile``.
final class ProgressReport: Sendable {
  private struct State {
    var file: ProgressFile
    /// Whoever refreshes once more after the end must not bring a line back.
    var isOver = false
    /// The part of the run that the driver's own phases interrupt.
    var phase = "begins"
    var writtenAt: ContinuousClock.Instant?
    /// What had come, and when, at the last look at the rate.
    var mark: (bytes: Int64, at: ContinuousClock.Instant)?
  }

  /// Nobody reads faster, and the disk has other work.
  private static let interval = Duration.seconds(1)

  private let section: String
  private let folder: String
  private let world: World
  private let isShown: Bool
  private let begun: ContinuousClock.Instant
  private let state: Mutex<State>

  /// `isShown` when somebody watches a terminal.
  init(_ section: String, in folder: String, _ world: World, isShown: Bool) {
    (self.section, self.folder, self.world, self.isShown) = (section, folder, world, isShown)
    begun = world.ticks()
    state = Mutex(
      State(file: ProgressFile(pid: world.writer.pid, phase: "begins", updated: "")))
  }

  /// A new part of the run begins.
  func enter(_ phase: String) {
    state.withLock { state in
      state.file = ProgressFile(pid: world.writer.pid, phase: phase, updated: "")
      (state.phase, state.mark, state.writtenAt) = (phase, nil, nil)
      publish(&state)
    }
  }

  /// What the driver knows.
  func take(_ progress: BackupProgress) {
    state.withLock { state in
      let phase = progress.phase ?? state.phase
      if state.file.subject != progress.subject || state.file.phase != phase {
        // Another count begins, which is news at once.
        (state.mark, state.file.rate, state.writtenAt) = (nil, nil, nil)
      }
      (state.file.subject, state.file.phase) = (progress.subject, phase)
      state.file.bytes = progress.bytes
      (state.file.files, state.file.total_files) = (progress.files, progress.totalFiles)
      state.file.percent = progress.percent
      measure(progress.bytes, &state)
      publish(&state)
    }
  }

  /// Shows once more what is known, for the time goes on though nothing comes.
  func refresh() { state.withLock { show($0) } }

  /// The run is over.
  func finish() {
    state.withLock { state in
      state.isOver = true
      ProgressFile.remove(in: folder)
      if isShown { world.say(Note(.info, section, "", isProgress: true)) }
    }
  }

  private func measure(_ bytes: Int64, _ state: inout State) {
    let now = world.ticks()
    guard let mark = state.mark, mark.bytes <= bytes else {
      state.mark = (bytes, now)
      return
    }
    let (seconds, attoseconds) = (now - mark.at).components
    let elapsed = Double(seconds) + Double(attoseconds) / 1e18
    guard elapsed >= 1 else { return }
    state.file.rate = Int64(Double(bytes - mark.bytes) / elapsed)
    state.mark = (bytes, now)
  }

  private func publish(_ state: inout State) {
    show(state)
    let now = world.ticks()
    if let writtenAt = state.writtenAt, now - writtenAt < Self.interval { return }
    state.writtenAt = now
    state.file.updated = world.now().catalogText(in: world.zone)
    state.file.write(in: folder)
  }

  private func show(_ state: borrowing State) {
    guard isShown, !state.isOver else { return }
    let elapsed = TimeSpan(seconds: Int((world.ticks() - begun).components.seconds))
    world.say(Note(.info, section, "\(state.file.text), \(elapsed)", isProgress: true))
  }
}
