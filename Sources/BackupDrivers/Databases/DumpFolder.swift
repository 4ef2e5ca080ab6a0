import OutsideWorld
import TISBackupCore

/// The folder of a backup that consists of dumps, while they are made.
struct DumpFolder: Sendable {
  /// SQL that makes the empty databases as they were, with their character sets and owners: dumps
  /// hold what is in them, so that they can be loaded under any name.
  static let definitionsName = "databases.sql"

  let workspace: Workspace
  let server: DatabaseServer

  init(_ workspace: Workspace, _ server: DatabaseServer) {
    (self.workspace, self.server) = (workspace, server)
  }

  var path: String { workspace.partial }
  var section: String { server.section }

  /// Writes a small file beside the dumps.
  func write(_ lines: [String], named name: String) throws(BackupError) {
    try SmallFile.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: "\(path)/\(name)")
  }

  /// Empties the folder: half a dump helps no later run.
  func clear() throws(BackupError) {
    for name in DiskLayout.names(in: path) { try FileTree.remove("\(path)/\(name)") }
  }

  /// Makes one dump after the other and says what came of them all.
  ///
  /// One that fails does not stop the others: what succeeded is kept, and the outcome is an error
  /// that names what did not. Throws when nothing is worth keeping: no dump succeeded, our own disk
  /// failed, or the run is being ended; the folder is empty then.
  ///
  /// `lacking` is what the dumps do not hold although they end well: with it, the best outcome is a
  /// warning. `notes` are for the log.
  func fill(
    _ dumps: [DatabaseDump], lacking: [String], notes: [String] = [], using world: World
  ) async throws(BackupError) -> Outcome {
    var tally = DumpTally(lacking: lacking, notes: notes)
    do throws(BackupError) {
      for (index, dump) in dumps.enumerated() {
        do throws(BackupError) {
          let content = try await workspace.retrying(section, using: world) {
            () throws(BackupError) in
            try await dump.run(
              to: "\(path)/\(dump.fileName)", in: workspace, on: server, using: world)
          }
          tally.add(dump, content)
        } catch {
          guard [.driver, .unproven].contains(error.code) || Self.isLasting(error) else {
            throw error
          }
          tally.failures.append(error)
          world.say(Note(.error, section, error.description))
          if Self.isLasting(error) {
            tally.unreached = dumps[(index + 1)...].map(\.subject)
            break
          }
        }
      }
      if let outcome = tally.outcome(section: section) { return outcome }
      throw tally.failures.first ?? BackupError(.driver, .nothing(section))
    } catch {
      try? clear()
      throw error
    }
  }

  /// What the dumps to come would meet as well: a machine that cannot be reached now would cost its
  /// time limit for each of them.
  private static func isLasting(_ error: BackupError) -> Bool {
    [.transport, .refused, .overtime].contains(error.code)
  }
}

extension BackupError.Message {
  fileprivate static func nothing(_ section: String) -> Self {
    "section [\(section)]: there is nothing to dump"
  }
}
