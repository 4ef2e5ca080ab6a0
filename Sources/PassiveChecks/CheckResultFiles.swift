import Glibc
import OutsideWorld
import TISBackupCore

/// Announces to a Nagios of this machine through the folder of its check results.
///
/// A file there waits for a Nagios that is not running, for as long as an hour by default; what is
/// older is deleted unseen, and announced again by the next round over all sections.
package struct CheckResultFiles: PassiveSubmitter {
  package static let type = SubmitterType.checkResults

  private let target: String
  private let path: String

  /// Results of one file: the folder is not flooded, and no file is large.
  private static let batch = 100

  package init(_ target: Section) throws(BackupError) {
    self.target = target.name
    path = try target.require(.localPath)
  }

  package func submit(_ results: [PassiveResult], using world: World, patience: Patience) async
    -> [Delivery]
  {
    guard !results.isEmpty else { return [] }
    let now = world.now()
    return await OwnThread.run(until: .now + .seconds(patience.seconds)) { _ in
      write(results, now)
    }
  }

  /// Writes until one file fails; its results and all after it are kept.
  ///
  /// Blocks as long as the file system does.
  func write(_ results: [PassiveResult], _ now: Instant) -> [Delivery] {
    var written = 0
    do throws(ResultFolder.Trouble) {
      let folder = try ResultFolder(path)
      while written < results.count {
        let next = results[written...].prefix(Self.batch)
        try folder.add(Array(CheckResultFile.text(Array(next), now: now).utf8))
        written += next.count
      }
    } catch {
      let sentence = BackupError(
        .transport, .init("[\(target)] takes no check results: '\(path)' \(error.problem)"),
        hint: .init(error.cure)
      ).oneLine
      return Delivery.inOrder(results.count, delivered: written, keptFor: sentence)
    }
    return results.map { _ in .delivered }
  }
}

extension ResultFolder.Trouble {
  /// What is wrong with the folder, as the end of a sentence.
  fileprivate var problem: String {
    switch code {
    case ENOENT: "is not there"
    case ENOTDIR: "is not a folder"
    default: "cannot be written: \(String(cString: strerror(code)))"
    }
  }

  fileprivate var cure: String {
    switch code {
    case ENOENT, ENOTDIR: "Compare 'path' with check_result_path in Nagios' nagios.cfg."
    case EACCES, EPERM: "Run as root or as the user of Nagios, or let this user write there."
    case ENOSPC, EDQUOT: "Free space or inodes on its file system."
    case EROFS: "The file system is mounted read-only; see dmesg for the reason."
    default: "See whether its file system is mounted and sound."
    }
  }
}
