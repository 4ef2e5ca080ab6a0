import OutsideWorld
import Synchronization

/// Tells whoever watches how many backups of each section are still to be looked at.
final class ProofProgress: Sendable {
  private let world: World
  private let counts: Mutex<[String: (done: Int, all: Int)]>

  /// One section for each backup.
  init(of sections: [String], _ world: World) {
    self.world = world
    counts = Mutex(
      sections.reduce(into: [:]) { counts, section in
        counts[section, default: (0, 0)].all += 1
      })
  }

  /// Says that one of a section is looked at now.
  func begin(_ section: String, _ name: String) {
    let (done, all) = counts.withLock { $0[section] ?? (0, 0) }
    tell(section, "proves \(name), \(done + 1) of \(all)")
  }

  /// Says that one has been; the line goes with the last of its section.
  func end(_ section: String) {
    let isLast = counts.withLock { counts in
      counts[section]?.done += 1
      return counts[section].map { $0.done == $0.all } ?? true
    }
    if isLast { tell(section, "") }
  }

  private func tell(_ section: String, _ text: String) {
    world.say(Note(.info, section, text, isProgress: true))
  }
}
