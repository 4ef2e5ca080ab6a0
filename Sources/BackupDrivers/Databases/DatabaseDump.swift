import BackupProofs
import Glibc
import OutsideWorld
import TISBackupCore

/// One dump: the program that makes it, and the file that takes it.
struct DatabaseDump: Sendable {
  /// What is dumped, for messages: the name of a database.
  var subject: String
  var invocation: Invocation
  /// The file's name in the folder of the backup.
  var fileName: String
  var format: DumpFormat

  /// Runs the program; the file is there only when everything speaks for it: the program's own exit
  /// status, how the dump begins and ends, and that the file reads back as it was written.
  ///
  /// Throws `.driver` or `.unproven` when this dump failed, `.transport` when the machine cannot be
  /// reached, `.storage` when our own disk is the cause.
  func run(in folder: DumpFolder, using world: World) async throws(BackupError) -> DumpContent {
    let path = "\(folder.path)/\(fileName)"
    do throws(BackupError) {
      let sink = try makeSink(path, folder)
      do throws(BackupError) {
        return try await content(of: sink, at: path, folder, world)
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
    of sink: any DumpSink, at path: String, _ folder: DumpFolder, _ world: World
  ) async throws(BackupError) -> DumpContent {
    let finished = try await fill(sink, folder, world)
    if let failure = sink.failure ?? folder.server.failure(of: finished, subject) { throw failure }
    let result = await OwnThread.run { () -> Result<DumpContent, BackupError> in
      Result { () throws(BackupError) in try sink.finish() }
    }
    let content = try result.get()
    if let flaw = format.flaw(of: content.edges) {
      throw BackupError(.unproven, .flawed(folder.section, subject, flaw), hint: .runByHand)
    }
    if format == .postgresqlCustom { try await CustomDump(path: path).prove(using: world) }
    return content
  }

  private func makeSink(_ path: String, _ folder: DumpFolder) throws(BackupError) -> any DumpSink {
    let progress = folder.progress(of: subject)
    if format == .postgresqlCustom { return try PlainSink(path: path, progress: progress) }
    return try GzipSink(
      path: path, level: folder.server.level, cores: folder.cores, progress: progress)
  }

  private func fill(_ sink: any DumpSink, _ folder: DumpFolder, _ world: World)
    async throws(BackupError) -> Finished
  {
    var invocation = invocation
    invocation.sink = sink
    (invocation.lock, invocation.idleLimit) = (folder.workspace.lock, folder.server.idleLimit)
    invocation.deadline = folder.workspace.attempts.deadline
    world.say(Note(.debug, folder.section, invocation.redacted))
    return try await world.run(invocation, nil)
  }
}

extension BackupError.Message {
  fileprivate static func flawed(_ section: String, _ subject: String, _ flaw: String) -> Self {
    "section [\(section)]: the dump of '\(subject)' \(flaw)"
  }
  fileprivate static let runByHand: Self =
    "Run the command by hand ('tisbackup-run --dry-run' prints it); a login shell there must print nothing."
}
