import OutsideWorld
import TISBackupCore

/// One copy of a remote folder into a new snapshot, over whatever transport.
package struct RsyncCopy: Sendable, Equatable {
  package var section: String
  package var options: RsyncOptions
  /// The options of the transport: `-e ssh...`, or those of the daemon.
  package var transport: [String]
  /// `user@host:/path/` or `user@host::module/path/`, always with a slash at its end.
  package var source: String
  package var vanishedFiles: RunStatus
  package var partialTransfer: RunStatus

  package init(_ section: Section, transport: [String], source: String) throws(BackupError) {
    self.section = section.name
    options = try RsyncOptions(section)
    self.transport = transport
    self.source = source.hasSuffix("/") ? source : source + "/"
    vanishedFiles = Self.status(section.text(.vanishedFiles))
    partialTransfer = Self.status(section.text(.partialTransfer))
  }

  package func invocation(into workspace: Workspace, without missing: Set<String> = [])
    -> Invocation
  {
    var invocation = Invocation(
      "rsync",
      options.arguments(into: workspace, without: missing) + transport
        + ["--", source, workspace.partial + "/"])
    invocation.deadline = workspace.attempts.deadline
    invocation.lock = workspace.lock
    return invocation
  }

  /// Copies, again when the connection breaks or without a feature that an end lacks, and judges the
  /// result; each attempt takes up what the one before has brought.
  package func run(into workspace: Workspace, using world: World) async throws(BackupError)
    -> Outcome
  {
    if workspace.comparesContent {
      world.say(
        Note(
          .warning, section,
          "the newest backup failed its proof: unchanged files are told by their content this time")
      )
    }
    var missing: Set<String> = []
    return try await workspace.retrying(section, using: world) { () throws(BackupError) in
      try await copy(into: workspace, without: &missing, using: world)
    }
  }

  private func copy(
    into workspace: Workspace, without missing: inout Set<String>, using world: World
  ) async throws(BackupError) -> Outcome {
    while true {
      let invocation = invocation(into: workspace, without: missing)
      world.say(Note(.debug, section, invocation.redacted))
      let finished = try await world.run(invocation, progress(for: workspace))
      if let lacking = RsyncMessages(finished.errors).missingFeature, !finished.succeeded,
        missing.insert(lacking).inserted
      {
        world.say(Note(.warning, section, "an end lacks rsync \(lacking): copied without it"))
        continue
      }
      return try judge(finished, without: missing)
    }
  }

  /// What an end of rsync means for the backup.
  ///
  /// Exit 24 is files that vanished meanwhile, 23 files that could not be copied. A 23 whose cause
  /// is our own disk, or that copied nothing, is no backup at all, whatever the ini tolerates.
  package func judge(_ finished: Finished, without missing: Set<String> = []) throws(BackupError)
    -> Outcome
  {
    let messages = RsyncMessages(finished.errors)
    let tolerated: RunStatus
    switch finished.end {
    case .exited(0): tolerated = .ok
    case .exited(24): tolerated = vanishedFiles
    case .exited(23) where messages.localTrouble == nil: tolerated = partialTransfer
    default: throw RsyncFailure.error(finished, section: section)
    }
    guard let statistics = RsyncStatistics(finished.output) else {
      throw BackupError(.driver, .noStatistics(section), hint: .noStatistics)
    }
    guard tolerated != .error, finished.succeeded || statistics.files > 1 else {
      throw RsyncFailure.error(finished, section: section)
    }
    return outcome(tolerated, statistics, messages, finished, missing)
  }

  private func progress(for workspace: Workspace) -> World.Progress? {
    guard let tell = workspace.progress else { return nil }
    return { line in
      if let progress = RsyncProgress.parse(line) { tell(progress) }
    }
  }

  private func outcome(
    _ status: RunStatus, _ statistics: RsyncStatistics, _ messages: RsyncMessages,
    _ finished: Finished, _ missing: Set<String>
  ) -> Outcome {
    var outcome = Outcome(status)
    (outcome.files, outcome.writtenFiles) = (statistics.files, statistics.transferredFiles)
    (outcome.bytes, outcome.writtenBytes) = (statistics.totalBytes, statistics.literalBytes)
    outcome.transferredBytes = statistics.transferredBytes
    var log = [
      "\(source): \(statistics.files) files, \(ByteCount(statistics.totalBytes));"
        + " \(statistics.transferredFiles) new or changed, \(ByteCount(statistics.literalBytes)) new data"
    ]
    if finished.end == .exited(24) {
      log.append("\(messages.vanished.count) vanished while they were copied (rsync exit 24):")
      log.append(RsyncMessages.quote(messages.vanished))
    }
    if finished.end == .exited(23) {
      log.append("\(messages.complaints.count) could not be copied (rsync exit 23):")
      log.append(RsyncMessages.quote(messages.complaints))
    }
    if !missing.isEmpty { log.append("without \(missing.sorted().joined(separator: " "))") }
    outcome.log = log.joined(separator: "\n")
    return outcome
  }

  private static func status(_ word: String?) -> RunStatus {
    switch word?.lowercased() {
    case "ok": .ok
    case "error": .error
    default: .warning
    }
  }
}

extension BackupError.Message {
  fileprivate static func noStatistics(_ section: String) -> Self {
    "section [\(section)]: rsync ended without its statistics, so nobody knows what was copied"
  }
  fileprivate static let noStatistics: Self =
    "Run the command by hand; 'tisbackup-run --dry-run' prints it."
}
