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
    let output = try CapturedFile(path: invocation.outputPath)
    let errors = try CapturedFile(path: nil)
    let end = try await limited { () async throws -> Finished.End in
      try await start(output: output, errors: errors)
    }
    // A program that we ended is not one that failed; one that was faster has done its work.
    guard end == .exited(0) || !Task.isCancelled else {
      throw BackupError(.interrupted, .interrupted(invocation))
    }
    return Finished(
      end, invocation.outputPath == nil ? output.text() : "", errors: errors.text())
  }

  /// Runs `body`, cancelled when the time is over; the cancellation ends the program.
  private func limited(_ body: @escaping @Sendable () async throws -> Finished.End)
    async throws(BackupError) -> Finished.End
  {
    do {
      guard let limit = invocation.timeLimit else { return try await body() }
      return try await withThrowingTaskGroup(of: Finished.End?.self) { group in
        group.addTask { try await body() }
        group.addTask {
          try await Task.sleep(for: .seconds(limit))
          return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let end = first else {
          group.cancelAll()
          while (try? await group.next()) != nil {}
          return .timedOut(limit)
        }
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

  private func start(output: CapturedFile, errors: CapturedFile) async throws -> Finished.End {
    switch invocation.input {
    case .none:
      guard let lock = invocation.lock else {
        return try await start(input: .none, output: output, errors: errors)
      }
      return try await start(
        input: .fileDescriptor(
          FileDescriptor(rawValue: lock.descriptor), closeAfterSpawningProcess: false),
        output: output, errors: errors)
    case .bytes(let bytes):
      // Not a pipe: a program that ends without reading all of it must not end us too.
      let memory = try Self.memory(holding: bytes)
      return try await start(
        input: .fileDescriptor(memory, closeAfterSpawningProcess: true), output: output,
        errors: errors)
    case .file(let path):
      let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
      return try await start(
        input: .fileDescriptor(file, closeAfterSpawningProcess: true), output: output,
        errors: errors)
    case .source(let source):
      let pipe = try PipeThread(from: source)
      async let fed: Void = pipe.run()
      let end = try await start(
        input: .fileDescriptor(pipe.programEnd, closeAfterSpawningProcess: true), output: output,
        errors: errors)
      await fed
      return end
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
    input: some InputProtocol, output: CapturedFile, errors: CapturedFile
  ) async throws -> Finished.End {
    let target = FileDescriptorOutput.fileDescriptor(
      errors.descriptor, closeAfterSpawningProcess: false)
    let group = ProcessGroup()
    do {
      let end = try await start(group, input: input, output: output, target: target)
      // Ended by our own request, or by itself while that was on its way.
      if Task.isCancelled { await group.end() }
      return end
    } catch {
      await group.end()
      throw error
    }
  }

  private func start(
    _ group: ProcessGroup, input: some InputProtocol, output: CapturedFile,
    target: FileDescriptorOutput
  ) async throws -> Finished.End {
    if let sink = invocation.sink {
      let pipe = try PipeThread(to: sink)
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
