import BackupProofs
import TISBackupCore

/// What there is to copy on a domain controller.
struct SambaSurvey: Sendable, Equatable {
  /// One of its databases.
  struct Database: Sendable, Equatable {
    /// Below the folder of Samba.
    var path: String
    /// What is not an LMDB is for `tdbbackup` to judge.
    var format: DumpFormat
    /// In the backup.
    var fileName: String
  }

  /// What the machine says of the programs that copy: a path, a version.
  let programs: [String]
  private(set) var databases: [Database] = []
  /// What cannot be copied at all.
  private(set) var lacking: [String] = []

  /// Reads the answer to the question of ``SambaScript``; throws when there is no database.
  init(answer: String, folder: String, section: String) throws(BackupError) {
    // A login shell may greet before it.
    let marker = "\(SambaScript.marker)\0"
    guard let start = answer.firstRange(of: marker) else {
      throw BackupError(.driver, .noAnswer(section), hint: .runByHand)
    }
    programs = answer[..<start.lowerBound].split(whereSeparator: \.isNewline).map(String.init)
      .filter { $0.hasPrefix("/") || $0.hasPrefix("LMDB") }
    let words = answer[start.upperBound...].split(separator: "\0", omittingEmptySubsequences: false)
    let found = stride(from: 0, to: words.count - 1, by: 2).map { index in
      (head: words[index], path: String(words[index + 1]))
    }
    let partitions = Set(found.map { $0.path }.filter(Self.isPartition).map(DiskPath.name))
    for (head, path) in found {
      // What is not UTF-8 came as this sign, and cannot be asked for.
      guard !path.unicodeScalars.contains("\u{fffd}") else {
        lacking.append("'\(path)': its name is not UTF-8, so it is left out")
        continue
      }
      databases.append(
        Database(
          path: path, format: Self.isLMDB(head) ? .lmdb : .tdb,
          fileName: Self.fileName(path, partitions)))
    }
    guard !databases.isEmpty else {
      throw BackupError(.driver, .noDatabase(section, folder), hint: .sambaFolder)
    }
  }

  /// Throws when a program is missing that one of the databases needs.
  func expectPrograms(section: String) throws(BackupError) {
    guard let database = databases.first(where: { $0.format == .lmdb }),
      !programs.contains(where: { $0.hasPrefix("LMDB") })
    else { return }
    throw BackupError(.driver, .noCopier(section, database.path), hint: SambaFailure.install)
  }

  private static func isPartition(_ path: String) -> Bool { path.hasPrefix("private/sam.ldb.d/") }

  /// As TISBackup has it, by the name alone; one of another folder that has the name of a partition
  /// comes with its folder.
  private static func fileName(_ path: String, _ partitions: Set<String>) -> String {
    let name = DiskPath.name(of: path)
    let isTaken = partitions.contains(name) && !isPartition(path)
    return (isTaken ? DumpFileName.escape(path) : name) + DumpFormat.tdb.suffix
  }

  private static func isLMDB(_ head: Substring) -> Bool {
    var edges = StreamEdges()
    (HexText.bytes(head) ?? []).withUnsafeBytes { edges.take($0) }
    return DumpFormat(of: edges) == .lmdb
  }
}

extension BackupError.Message {
  fileprivate static func noAnswer(_ section: String) -> Self {
    "section [\(section)]: that machine does not tell its databases"
  }
  fileprivate static let runByHand: Self =
    "Run the command by hand ('tisbackup-run --dry-run' prints it): does that login have a POSIX shell?"
  fileprivate static func noDatabase(_ section: String, _ folder: String) -> Self {
    "section [\(section)]: there is no database of Samba in '\(folder)'"
  }
  fileprivate static let sambaFolder: Self =
    "root_dir_samba is the folder that has 'private/sam.ldb' in it: look for that there."
  fileprivate static func noCopier(_ section: String, _ path: String) -> Self {
    "section [\(section)]: '\(path)' is an LMDB, and that machine lacks mdb_copy"
  }
}
