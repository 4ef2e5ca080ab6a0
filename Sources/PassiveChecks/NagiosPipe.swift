import Glibc
import OutsideWorld
import TISBackupCore

/// Announces to a Nagios of this machine through its external command file.
package struct NagiosPipe: PassiveSubmitter {
  package static let type = SubmitterType.nagiosPipe

  private let target: String
  private let path: String

  package init(_ target: Section) throws(BackupError) {
    self.target = target.name
    path = try target.require(.localPath)
  }

  package func submit(_ results: [PassiveResult], using world: World, patience: Patience) async
    -> [Delivery]
  {
    guard !results.isEmpty else { return [] }
    return await OwnThread.run(until: .now + .seconds(patience.seconds)) { time in
      write(results, until: time.end)
    }
  }

  /// Writes until one line is not taken; that and all after it are kept.
  ///
  /// Blocks until then.
  func write(_ results: [PassiveResult], until deadline: ContinuousClock.Instant) -> [Delivery] {
    let lines = results.map { Array(ExternalCommand.line($0).utf8) }
    var written = 0
    do throws(CommandFile.Trouble) {
      let file = try CommandFile(path)
      for line in lines {
        try file.write(line, until: deadline)
        written += 1
      }
    } catch {
      let sentence = BackupError(
        .transport, .init("[\(target)] takes no commands: '\(path)' \(error.problem)"),
        hint: .init(error.cure)
      ).oneLine
      return Delivery.inOrder(lines.count, delivered: written, keptFor: sentence)
    }
    return lines.map { _ in .delivered }
  }
}

extension CommandFile.Trouble {
  /// What is wrong with the file, as the end of a sentence.
  fileprivate var problem: String {
    switch self {
    case .missing: "is not there"
    case .abandoned: "has no reader"
    case .notAPipe: "is not a named pipe"
    case .full: "is full, and nobody empties it"
    case .other(let code): "cannot be written: \(String(cString: strerror(code)))"
    }
  }

  fileprivate var cure: String {
    switch self {
    case .missing:
      "Start Nagios, and compare 'path' with command_file in its nagios.cfg."
    case .abandoned: "Nagios has ended and left it behind: start Nagios."
    // Kept, not dropped: it takes commands as soon as somebody has mended it.
    case .notAPipe:
      "Something made it with '>' or '>>' while Nagios was not running, and it keeps Nagios from making its own: remove it and restart Nagios, or correct 'path'."
    case .full: "See whether Nagios hangs, and whether check_external_commands is 1."
    case .other(EACCES), .other(EPERM):
      "Run as root, or add this user to the group of that file and of its folder."
    case .other: "See whether its file system is mounted and sound."
    }
  }
}
