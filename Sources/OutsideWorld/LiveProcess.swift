import Glibc
import Subprocess
import SystemPackage
import TISBackupCore

/// Runs one program for real, in a process group of its own.
///
/// Output goes to nameless temporary files, not to pipes: a daemon that a command leaves behind
/// may keep them open for ever without keeping us. Only a program whose progress is followed has
/// a pipe.
struct LiveProcess {
  private let invocation: Invocation
  private let progress: World.Progress?

  /// Ends the whole group: five seconds to tidy up, then the kill that cannot be refused.
  private static let teardown: [TeardownStep] = [
    .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(5))
  ]

  init(_ invocation: Invocation, progress: World.Progress?) {
    (self.invocation, self.progress) = (invocation, progress)
  }

  func run() async throws(BackupError) -> Finished {
    let limit = nearestLimit
    if let limit, limit.seconds <= 0 { return Finished(.timedOut(limit.kind)) }
    let output = try CapturedFile(path: invocation.outputPath)
    let errors = try CapturedFile(path: nil)
    let end = try await run(limit, output: output, errors: errors)
    // A program that we ended is not one that failed; one that was faster has done its work.
    guard end == .exited(0) || !Task.isCancelled else {
      throw BackupError(.interrupted, .interrupted(invocation))
    }
    return Finished(
      end, invocation.outputPath == nil ? output.text() : "", errors: errors.text())
  }

  private func run(_ limit: Limit?, output: CapturedFile, errors: CapturedFile)
    async throws(BackupError) -> Finished.End
  {
    if let conversation = invocation.conversation {
      let talk = try ConversationThread(conversation)
      return try await limited(limit, watching: talk.parting) { () async throws -> Finished.End in
        try await start(input: talk.programInput, output: talk.programOutput, errors: errors)
      }
    }
    let pipe = try invocation.sink.map { sink throws(BackupError) in try PipeThread(to: sink) }
    let silence = pipe?.reader.flatMap { reader in
      invocation.idleLimit.map { seconds in
        { @Sendable () async throws -> Finished.End in try await Self.silence(of: reader, seconds) }
      }
    }
    return try await limited(limit, watching: silence) { () async throws -> Finished.End in
      try await start(output: output, pipe: pipe, errors: errors)
    }
  }

  /// Seconds that are left, and of which limit.
  private typealias Limit = (seconds: Int, kind: TimeLimit)

  /// The limit that is over first; nil for a program that may take as long as it likes.
  private var nearestLimit: Limit? {
    let own: Limit? = invocation.timeLimit.map { ($0, .program($0)) }
    let run: Limit? = invocation.deadline.map {
      ($0.secondsLeft(at: .now), .run($0.limit))
    }
    return [own, run].compactMap(\.self).min { $0.seconds < $1.seconds }
  }

  /// Waits for what ends a program before it ends by itself.
  typealias Watch = @Sendable () async throws -> Finished.End

  /// Runs `body`, cancelled when a limit is over or `watch` comes to an end before it; the
  /// cancellation ends the program.
  private func limited(
    _ limit: Limit?, watching watch: Watch?,
    _ body: @escaping @Sendable () async throws -> Finished.End
  ) async throws(BackupError) -> Finished.End {
    do {
      return try await withThrowingTaskGroup(of: Finished.End.self) { group in
        group.addTask { try await body() }
        if let limit {
          group.addTask {
            try await Task.sleep(for: .seconds(limit.seconds))
            return .timedOut(limit.kind)
          }
        }
        if let watch { group.addTask { try await watch() } }
        defer { group.cancelAll() }
        guard let end = try await group.next() else { throw CancellationError() }
        group.cancelAll()
        while (try? await group.next()) != nil {}
        return end
      }
    } catch let error as BackupError {
      throw error
    } catch {
      guard !Task.isCancelled else { throw BackupError(.interrupted, .interrupted(invocation)) }
      throw BackupError(
        .driver, .notStarted(invocation, "\(error)"), hint: .install(invocation.program))
    }
  }

  /// Waits until nothing has come for so many seconds, though the sink would have taken it: what
  /// waits for our own disk is not silent.
  private static func silence(of reader: PipeReader, _ seconds: Int) async throws -> Finished.End {
    var (seen, since) = (reader.count, ContinuousClock.now)
    while true {
      try await Task.sleep(for: min(.seconds(1), .seconds(seconds) / 4))
      let count = reader.count
      if count != seen || !reader.isWaiting {
        (seen, since) = (count, .now)
      } else if .now - since >= .seconds(seconds) {
        return .timedOut(.silence(seconds))
      }
    }
  }

  private func start(output: CapturedFile, pipe: PipeThread?, errors: CapturedFile) async throws
    -> Finished.End
  {
    switch invocation.input {
    case .none:
      guard let lock = invocation.lock else {
        return try await start(input: .none, output: output, pipe: pipe, errors: errors)
      }
      return try await start(
        input: .fileDescriptor(
          FileDescriptor(rawValue: lock.descriptor), closeAfterSpawningProcess: false),
        output: output, pipe: pipe, errors: errors)
    case .bytes(let bytes):
      // Not a pipe: a program that ends without reading all of it must not end us too.
      let memory = try Self.memory(holding: bytes)
      return try await start(
        input: .fileDescriptor(memory, closeAfterSpawningProcess: true), output: output,
        pipe: pipe, errors: errors)
    case .file(let path):
      let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
      return try await start(
        input: .fileDescriptor(file, closeAfterSpawningProcess: true), output: output,
        pipe: pipe, errors: errors)
    case .source(let source):
      let feed = try PipeThread(from: source)
      async let fed: Void = feed.run()
      let end = try await start(
        input: .fileDescriptor(feed.programEnd, closeAfterSpawningProcess: true), output: output,
        pipe: pipe, errors: errors)
      await fed
      return end
    }
  }

  /// Starts a program on a terminal: `setsid` makes it the leader of a session of its own, which
  /// has that terminal, so that it is hung up on when this process ends, however it ends.
  private func start(input: FileDescriptor, output: FileDescriptor, errors: CapturedFile)
    async throws -> Finished.End
  {
    var leader = configuration
    leader.executable = .name("setsid")
    leader.arguments = Arguments(["--ctty", invocation.program] + invocation.arguments)
    // The leader of a group cannot begin a session; what setsid begins is a group, too.
    leader.platformOptions.processGroupID = nil
    let group = ProcessGroup()
    do {
      let result = try await Subprocess.run(
        leader, input: .fileDescriptor(input, closeAfterSpawningProcess: true),
        output: .fileDescriptor(output, closeAfterSpawningProcess: true),
        error: .fileDescriptor(errors.descriptor, closeAfterSpawningProcess: false)
      ) { group.leader = $0.processIdentifier.value }
      if Task.isCancelled { await group.end() }
      return Finished.End(result.terminationStatus)
    } catch {
      await group.end()
      throw error
    }
  }

  /// A file of the memory alone: what a program is told may be secret.
  private static func memory(holding bytes: [UInt8]) throws -> FileDescriptor {
    let file = FileDescriptor(rawValue: try ScratchFile.inMemory())
    do {
      _ = try file.writeAll(bytes)
      _ = try file.seek(offset: 0, from: .start)
      return file
    } catch {
      try? file.close()
      throw error
    }
  }

  private func start(
    input: some InputProtocol, output: CapturedFile, pipe: PipeThread?, errors: CapturedFile
  ) async throws -> Finished.End {
    let target = FileDescriptorOutput.fileDescriptor(
      errors.descriptor, closeAfterSpawningProcess: false)
    let group = ProcessGroup()
    do {
      let end = try await start(
        group, input: input, output: output, pipe: pipe, target: target)
      // Ended by our own request, or by itself while that was on its way.
      if Task.isCancelled { await group.end() }
      return end
    } catch {
      await group.end()
      throw error
    }
  }

  private func start(
    _ group: ProcessGroup, input: some InputProtocol, output: CapturedFile, pipe: PipeThread?,
    target: FileDescriptorOutput
  ) async throws -> Finished.End {
    if let pipe {
      async let drained: Void = pipe.run()
      let result = try await Subprocess.run(
        configuration, input: input,
        output: .fileDescriptor(pipe.programEnd, closeAfterSpawningProcess: true), error: target
      ) { group.leader = $0.processIdentifier.value }
      await drained
      return Finished.End(result.terminationStatus)
    }
    guard let progress else {
      let result = try await Subprocess.run(
        configuration, input: input,
        output: .fileDescriptor(output.descriptor, closeAfterSpawningProcess: false),
        error: target
      ) { group.leader = $0.processIdentifier.value }
      return Finished.End(result.terminationStatus)
    }
    let result = try await Subprocess.run(
      configuration, input: input, output: .sequence, error: target
    ) { execution in
      group.leader = execution.processIdentifier.value
      var lines = ProgressLines()
      for try await chunk in execution.standardOutput {
        let kept = chunk.withUnsafeBytes { lines.take($0, progress: progress) }
        try output.append(kept)
      }
      try output.append(lines.rest)
    }
    return Finished.End(result.terminationStatus)
  }

  /// As a shell has it: what has a slash in it is a path, anything else a name to look for.
  private var executable: Executable {
    let program = invocation.program
    return program.contains("/") ? .path(FilePath(program)) : .name(program)
  }

  private var configuration: Subprocess.Configuration {
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = Self.teardown
    let variables = invocation.environment.reduce(into: [Environment.Key: String?]()) {
      $0[Environment.Key(rawValue: $1.key) ?? "LC_ALL"] = $1.value
    }
    return Subprocess.Configuration(
      executable: executable, arguments: Arguments(invocation.arguments),
      environment: .inherit.updating(["LC_ALL": "C"].merging(variables) { $1 }),
      workingDirectory: invocation.workingFolder.map { FilePath($0) }, platformOptions: options)
  }
}

extension Finished.End {
  fileprivate init(_ status: TerminationStatus) {
    switch status {
    case .exited(let code): self = .exited(code)
    case .signaled(let signal): self = .signaled(signal)
    }
  }
}

extension BackupError.Message {
  fileprivate static func notStarted(_ invocation: Invocation, _ reason: String) -> Self {
    "cannot run '\(invocation.program)': \(reason)"
  }
  fileprivate static func install(_ program: String) -> Self {
    program.contains("/")
      ? "Is '\(program)' there, and may this user run it?"
      : "Is '\(program)' installed, and on the PATH of this job?"
  }
  fileprivate static func interrupted(_ invocation: Invocation) -> Self {
    "'\(invocation.program)' was ended because this run was interrupted"
  }
}
