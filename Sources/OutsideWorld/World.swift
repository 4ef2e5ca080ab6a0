import TISBackupCore

/// Everything outside this process that a backup touches, as values that a test can replace.
package struct World: Sendable {
  /// What the clock says.
  package var now: @Sendable () -> Instant
  /// What ticks evenly, also while somebody sets the clock: time limits and rates go by it.
  package var ticks: @Sendable () -> ContinuousClock.Instant
  /// Waits so many seconds; less when this task is cancelled.
  package var sleep: @Sendable (Int) async -> Void
  /// What asked this process to stop, `SIGTERM`; nil when nothing did.
  package var interruption: @Sendable () -> String?
  /// The zone of the names on disk and of the catalog.
  package var zone: LocalZone
  /// Who writes rows: this process.
  package var writer: ProcessIdentity
  /// Whether the process that wrote a row still lives.
  package var isAlive: @Sendable (ProcessIdentity) -> Bool
  /// What this machine remembers of base folders; nil where it remembers nothing.
  package var memory: BaseMemory?
  /// The certificates that hosts had when they were first seen; nil where nothing is remembered.
  package var certificates: KnownCertificates?
  /// Runs a program to its end; a non-zero exit is a result, not an error.
  ///
  /// Throws when the program cannot be started, and when this task is cancelled.
  package var run: @Sendable (Invocation, Progress?) async throws(BackupError) -> Finished
  /// Tells the operator what happens; never an answer of a tool.
  package var say: @Sendable (Note) -> Void

  /// Takes what a program says of its progress, a line at a time.
  package typealias Progress = @Sendable (String) -> Void

  package init(
    now: @escaping @Sendable () -> Instant, zone: LocalZone, writer: ProcessIdentity,
    isAlive: @escaping @Sendable (ProcessIdentity) -> Bool,
    ticks: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    sleep: @escaping @Sendable (Int) async -> Void = { _ in },
    interruption: @escaping @Sendable () -> String? = { nil }, memory: BaseMemory? = nil,
    certificates: KnownCertificates? = nil,
    run: @escaping @Sendable (Invocation, Progress?) async throws(BackupError) -> Finished,
    say: @escaping @Sendable (Note) -> Void
  ) {
    (self.now, self.zone, self.writer, self.isAlive) = (now, zone, writer, isAlive)
    (self.ticks, self.sleep, self.interruption) = (ticks, sleep, interruption)
    (self.memory, self.certificates, self.run, self.say) = (memory, certificates, run, say)
  }

  /// The real one; `say` takes the story, `interruption` knows what asked this process to stop.
  package static func live(
    interruption: @escaping @Sendable () -> String? = { nil },
    say: @escaping @Sendable (Note) -> Void
  ) -> World {
    World(
      now: Instant.current, zone: .system, writer: .current(), isAlive: \.isAlive,
      sleep: { try? await Task.sleep(for: .seconds($0)) }, interruption: interruption,
      memory: .system(), certificates: .system(),
      run: { (invocation, progress) async throws(BackupError) in
        try await LiveProcess(invocation, progress: progress).run()
      }, say: say)
  }
}

/// One sentence of the story a run tells.
package struct Note: Sendable, Equatable {
  package enum Level: String, Sendable, CaseIterable, Comparable {
    case debug, info, warning, error

    package static func < (one: Level, other: Level) -> Bool {
      allCases.firstIndex(of: one) ?? 0 < allCases.firstIndex(of: other) ?? 0
    }
  }

  package var level: Level
  package var section: String?
  package var text: String
  /// Whether the next note of this kind replaces it: a live line on a terminal, nothing in a log.
  package var isProgress: Bool

  package init(_ level: Level, _ section: String?, _ text: String, isProgress: Bool = false) {
    (self.level, self.section, self.text, self.isProgress) = (level, section, text, isProgress)
  }
}
