import BackupProofs
import Glibc
import OutsideWorld
import Synchronization
import TISBackupCore

/// One dump: the program that makes it, and the file that takes it.
struct DatabaseDump: Sendable {
  /// What is dumped, for messages: the name of a database.
  var subject: String
  var invocation: Invocation
  /// The file's name among those of the backup.
  var fileName: String
  var format: DumpFormat

  /// Runs the program; the file is there only when everything speaks for it: the program's own exit
  /// status, how the dump begins and ends, and that the file reads back as it was written.
  ///
  /// Throws `.driver` or `.unproven` when this dump failed, `.transport` when the machine cannot be
  /// reached, `.storage` when our own disk is the cause.
  func run(
    to path: String, in workspace: Workspace, on server: DatabaseServer, using world: World
  ) async throws(BackupError) -> DumpContent {
    do throws(BackupError) {
      let sink = try makeSink(path, workspace, server)
      do throws(BackupError) {
        let finished = try await fill(sink, workspace, server, world)
        if let failure = sink.failure ?? server.failure(of: finished, subject) { throw failure }
        return try await content(of: sink, at: path, server.section, world)
      } catch {
        await OwnThread.run { sink.cancel() }
        throw error
      }
    } catch {
      unlink(path)
      throw error
    }
  }

  private func content(
    of sink: any DumpSink, at path: String, _ section: String, _ world: World
  ) async throws(BackupError) -> DumpContent {
    let result = await OwnThread.run { () -> Result<DumpContent, BackupError> in
      Result { () throws(BackupError) in try sink.finish() }
    }
    let content = try result.get()
    if let flaw = format.flaw(of: content.edges) {
      throw BackupError(.unproven, .flawed(section, subject, flaw), hint: .runByHand)
    }
    if format == .postgresqlCustom { try await CustomDump(path: path).prove(using: world) }
    return content
  }

  private func makeSink(_ path: String, _ workspace: Workspace, _ server: DatabaseServer)
    throws(BackupError) -> any DumpSink
  {
    let progress = progress(in: workspace)
    let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    do throws(BackupError) {
      if format == .postgresqlCustom { return try PlainSink(path: path, progress: progress) }
      return try GzipSink(path: path, level: server.level, cores: cores, progress: progress)
    } catch {
      throw BackupError(
        error.code, .init("section [\(server.section)]: \(error.message.text)"),
        hint: error.hint ?? .folder)
    }
  }

  /// Tells how far the dump is, once for every 8 MiB: nobody reads faster.
  private func progress(in workspace: Workspace) -> GzipSink.Progress? {
    guard let tell = workspace.progress else { return nil }
    let told = Atomic<Int64>(0)
    return { [subject] bytes in
      let step = bytes >> 23
      guard told.exchange(step, ordering: .relaxed) != step else { return }
      tell(BackupProgress(subject: subject, bytes: bytes))
    }
  }

  private func fill(
    _ sink: any DumpSink, _ workspace: Workspace, _ server: DatabaseServer, _ world: World
  ) async throws(BackupError) -> Finished {
    var invocation = invocation
    invocation.sink = sink
    (invocation.lock, invocation.idleLimit) = (workspace.lock, server.idleLimit)
    invocation.deadline = workspace.attempts.deadline
    world.say(Note(.debug, server.section, invocation.redacted))
    return try await world.run(invocation, nil)
  }
}

extension BackupError.Message {
  fileprivate static func flawed(_ section: String, _ subject: String, _ flaw: String) -> Self {
    "section [\(section)]: the dump of '\(subject)' \(flaw)"
  }
  fileprivate static let folder: Self =
    "Is the folder of the section there, and may this user write into it?"
  fileprivate static let runByHand: Self =
    "Run the command by hand ('tisbackup-run --dry-run' prints it); a login shell there must print nothing."
}
