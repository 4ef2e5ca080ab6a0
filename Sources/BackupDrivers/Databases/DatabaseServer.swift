import OutsideWorld
import TISBackupCore

/// The machine whose databases a section dumps, and what is asked of it.
struct DatabaseServer: Sendable {
  /// Seconds a question may take that is no dump.
  private static let questionLimit = 120

  let section: String
  /// How hard dumps are compressed, 1 to 9.
  let level: Int
  /// Seconds a dump may say nothing.
  let idleLimit: Int?
  private let ssh: SSHConnection
  private let hint: @Sendable (String) -> BackupError.Message?
  private let install: BackupError.Message?

  /// `failure` knows the cure of what the database's programs write, `install` how a machine that
  /// lacks them gets them.
  init(
    _ section: Section, failure hint: @escaping @Sendable (String) -> BackupError.Message?,
    install: BackupError.Message? = nil
  ) throws(BackupError) {
    self.section = section.name
    _ = try section.require(.privateKey)
    ssh = try SSHConnection(section)
    level = try section.number(.gzipLevel) ?? 6
    idleLimit = try section.seconds(.idleTimeout)
    (self.hint, self.install) = (hint, install)
  }

  /// Runs a program on that machine, every word quoted.
  func invocation(_ words: [String]) -> Invocation { ssh.invocation(running: words) }

  /// Runs what answers at once, and gives the whole answer; throws when it fails.
  ///
  /// What a world keeps of a long output lacks its middle, and a server may have more databases than
  /// that shows.
  ///
  /// `workspace` is that of the backup it is asked for; nil when a connection is only tried.
  func ask(
    _ invocation: Invocation, _ subject: String, _ world: World, _ workspace: Workspace?
  ) async throws(BackupError) -> String {
    guard let workspace else { return try await ask(invocation, subject, world) }
    var invocation = invocation
    (invocation.lock, invocation.deadline) = (workspace.lock, workspace.attempts.deadline)
    return try await workspace.retrying(section, using: world) { () throws(BackupError) in
      try await ask(invocation, subject, world)
    }
  }

  private func ask(_ invocation: Invocation, _ subject: String, _ world: World)
    async throws(BackupError) -> String
  {
    var invocation = invocation
    invocation.timeLimit = Self.questionLimit
    let answer = TextSink()
    if invocation.outputPath == nil { invocation.sink = answer }
    world.say(Note(.debug, section, invocation.redacted))
    let finished = try await world.run(invocation, nil)
    if let failure = failure(of: finished, subject) { throw failure }
    guard let text = answer.text else { throw BackupError(.driver, .endless(section, subject)) }
    return text
  }

  /// What the end of a program there means; nil when it did well.
  func failure(of finished: Finished, _ subject: String) -> BackupError? {
    var failure = RemoteFailure(section: section, subject: subject, hint: hint)
    if let install { failure.install = install }
    return failure.error(finished)
  }
}

extension BackupError.Message {
  fileprivate static func endless(_ section: String, _ subject: String) -> Self {
    "section [\(section)]: \(subject): the answer is longer than any server's"
  }
}
