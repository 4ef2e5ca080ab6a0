import Glibc
import TISBackupCore

/// Looks at many places on disk in a given time, whatever hangs.
///
/// A call on a dead NFS server does not return, so nothing is asked on the caller's own thread. The
/// places are sorted by the file system they lie on, and each file system has a walker: a dead one
/// holds up its own places alone. A symbolic link may lead from a healthy file system into a dead
/// one, so a walker that does not move is joined by another, which goes on with the next place.
package struct DiskSurvey: Sendable {
  /// What was found, in the order asked.
  package struct Findings: Sendable, Equatable {
    package var locations: [LocationState]
    package var space: FileSystemSpace?
    /// Why there is no `space`.
    package var spaceProblem = ""
  }

  /// When to stop waiting; nil waits for ever.
  package var deadline: ContinuousClock.Instant?
  /// Whether the walkers live in a process of their own; only for a caller without threads.
  package var isApart = false
  package var mounts: MountTable
  package var look: @Sendable (BackupRecord) -> LocationState
  package var readSpace: @Sendable (String) -> SpaceReading

  /// The space of a file system, or why nobody knows.
  package typealias SpaceReading = Result<FileSystemSpace, BackupError>

  package init(
    deadline: ContinuousClock.Instant? = nil, mounts: MountTable = .current(),
    look: @escaping @Sendable (BackupRecord) -> LocationState = LocationState.look,
    readSpace: @escaping @Sendable (String) -> SpaceReading = DiskSurvey.space
  ) {
    (self.deadline, self.mounts, self.look, self.readSpace) = (deadline, mounts, look, readSpace)
  }

  /// Looks for backups, and at the space of the file system that holds `folder`, if one is given.
  package func look(at records: [BackupRecord], spaceOf folder: String? = nil) -> Findings {
    guard isApart, !records.isEmpty || folder != nil else { return walk(records, folder) }
    return SurveyProcess.findings(until: deadline) { walk(records, folder) }
      ?? Findings(
        locations: records.map { .hidden($0.location ?? "", reason: "whoever looked was lost") },
        spaceProblem: "whoever looked was lost")
  }

  private func walk(_ records: [BackupRecord], _ folder: String?) -> Findings {
    let begun = ContinuousClock.now
    let paths = records.map { $0.location ?? "" } + (folder.map { [$0] } ?? [])
    let points = paths.map { mounts.mount(of: $0) }
    let board = SurveyBoard(groups: points) { [look, readSpace] index in
      index < records.count
        ? .location(look(records[index])) : .space(readSpace(paths[index]))
    }
    let answers = board.walk(until: deadline)
    let waited = TimeSpan(seconds: Int((ContinuousClock.now - begun).components.seconds))
    var findings = Findings(locations: [])
    for (index, answer) in answers.enumerated() {
      switch answer {
      case .location(let state): findings.locations.append(state)
      case .space(.success(let space)): findings.space = space
      case .space(.failure(let error)): findings.spaceProblem = error.oneLine
      case nil where index < records.count:
        findings.locations.append(
          .hung(paths[index], mount: Self.told(points[index]), waited: "\(waited)"))
      case nil:
        findings.spaceProblem = "\(Self.told(points[index])) did not answer within \(waited)"
      }
    }
    return findings
  }

  /// How a file system is told to whoever has to look after it.
  private static func told(_ mount: MountTable.Mount?) -> String {
    mount.map { "\($0.point) (\($0.type) from \($0.source))" } ?? "the file system"
  }

  /// The space of the file system that holds a folder.
  package static func space(of folder: String) -> SpaceReading {
    FileSystemSpace(path: folder).map(Result.success)
      ?? .failure(.system("cannot read the free space of '\(folder)'"))
  }
}
