import BackupProofs
import OutsideWorld
import TISBackupCore

/// One way of taking a backup.
///
/// One conforming type per file, listed in ``BackupDrivers/all``.
package protocol BackupDriver: Sendable {
  /// The type this driver serves: the word after `type=`, its keys, what it leaves on disk.
  static var type: BackupType { get }

  /// Reads the values of a section; throws what makes a backup of it impossible.
  init(_ section: Section) throws(BackupError)

  /// The name of a finished backup that started at `date` (`YYYYMMDD-HHhMMmSS`).
  func artifactName(for date: String) -> String

  /// Takes the backup into `workspace.partial` and returns what it came to, `OK` or `Warning`.
  ///
  /// What fails for want of a connection is tried again as `workspace.attempts` says; everything is
  /// over when its deadline comes. Throws when there is no backup; what is in the partial then may
  /// help the next run.
  func backUp(into workspace: Workspace, using world: World) async throws(BackupError) -> Outcome

  /// The commands a backup would run, for a dry run.
  func preview(into workspace: Workspace) -> [Invocation]

  /// Logs in, looks for the programs and rights a backup needs, and changes nothing.
  ///
  /// Returns what was found, a sentence each; throws at the first thing that is missing.
  func testConnection(using world: World) async throws(BackupError) -> [String]

  /// What is wrong with the ini file in this driver's eyes beside what the schema of its type finds:
  /// files that it names, words that only the driver knows.
  static func problems(in configuration: Configuration) -> [ConfigurationProblem]
}

extension BackupDriver {
  package static func problems(in configuration: Configuration) -> [ConfigurationProblem] { [] }

  package func artifactName(for date: String) -> String { date }
}

/// Where a driver works, and what it may build upon.
package struct Workspace: Sendable {
  /// The folder of the section.
  package var folder: String
  /// The unfinished backup: a folder that may hold work of an earlier run, or the path of a file
  /// that is not there yet.
  package var partial: String
  /// Finished backups whose unchanged files may be linked, best first.
  package var linkTargets: [String]
  /// Whether files of those backups may have gone bad on the disk without a change of size or time:
  /// then only their content tells whether they may be linked.
  package var comparesContent = false
  /// Held by every program that writes here.
  package var lock: FileLock?
  /// How often a connection that breaks is tried again, and when all has to be over.
  package var attempts = Attempts()
  /// Takes what is known of files that a driver wrote itself: the manifest needs not read them.
  package var written = WrittenFiles()
  /// Hears how far the backup is; nil when nobody looks.
  package var progress: Progress?

  /// Takes what is known of the progress of a backup.
  package typealias Progress = @Sendable (BackupProgress) -> Void

  /// The name of the finished backup: where it is a folder or nothing on this disk, its date
  /// (`YYYYMMDD-HHhMMmSS`).
  package var date: String {
    let name = DiskPath.name(of: partial)
    return String(
      name.hasSuffix(DiskLayout.partialSuffix)
        ? name.dropLast(DiskLayout.partialSuffix.count) : name[...])
  }

  package init(
    folder: String, partial: String, linkTargets: [String] = [], lock: FileLock? = nil,
    progress: Progress? = nil
  ) {
    (self.folder, self.partial, self.linkTargets) = (folder, partial, linkTargets)
    (self.lock, self.progress) = (lock, progress)
  }
}

extension Workspace {
  /// Does `work`, again as ``attempts`` says when the connection fails, and tells each time.
  func retrying<Result>(
    _ section: String, using world: World, _ work: () async throws(BackupError) -> Result
  ) async throws(BackupError) -> Result {
    try await attempts.perform(
      using: world,
      waiting: { error, seconds in
        let wait = TimeSpan(seconds: seconds)
        world.say(Note(.warning, section, "\(error.message.text): tries again in \(wait)"))
        var waiting = BackupProgress(bytes: 0)
        waiting.phase = "waits \(wait) to try again"
        progress?(waiting)
      }, work)
  }
}
