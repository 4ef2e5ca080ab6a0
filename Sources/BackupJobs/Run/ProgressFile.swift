import FoundationEssentials
import Glibc
import TISBackupCore

/// What a run of a section tells of itself while it is at work, for whoever asks from outside: the
/// file `.progress` in the folder of the section; of an export, in that of the catalog.
///
/// It says nothing about whether the run still lives: that is for the row of the catalog to say.
package struct ProgressFile: Sendable, Equatable, Codable {
  /// The process that writes it.
  package var pid: Int32
  /// What is done: `copies`, `checksums`.
  package var phase: String
  /// What of it is worked on, the name of a database.
  package var subject: String?
  package var bytes: Int64?
  package var files: Int64?
  package var total_files: Int64?
  package var percent: Int?
  /// Bytes a second, over the last seconds.
  package var rate: Int64?
  /// When it was written, in the form of the catalog.
  package var updated: String

  private static func path(in folder: String) -> String { "\(folder)/.progress" }

  /// What the run in the folder of a section tells; nil when there is nothing that can be read.
  package static func read(in folder: String) -> ProgressFile? {
    guard let bytes = try? SmallFile.bytes(at: path(in: folder), limit: 65_536) else { return nil }
    return try? JSONDecoder().decode(ProgressFile.self, from: Data(bytes))
  }

  /// The same, when it was written by that process: two exports may be at work.
  ///
  /// A row of TISBackup names no process, and it writes no such file.
  package static func read(in folder: String?, by pid: Int32?) -> ProgressFile? {
    let file = folder.flatMap(read)
    return file?.pid == pid ? file : nil
  }

  /// Replaces the file, whole.
  ///
  /// Not synced, for nobody asks after a power cut; a disk that takes it no more has worse to tell.
  func write(in folder: String) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let data = try? encoder.encode(self) else { return }
    try? SmallFile.write(data, to: Self.path(in: folder), mode: 0o640, isSynced: false)
  }

  static func remove(in folder: String) { unlink(path(in: folder)) }
}

extension ProgressFile {
  /// For people: `copies shop: 1.2 GiB (34%), 25 of 74 files, 5.9 MiB/s`.
  package var text: String {
    var figures: [String] = []
    if let bytes, bytes > 0 {
      figures.append("\(ByteCount(bytes))" + (percent.map { " (\($0)%)" } ?? ""))
    }
    if let files {
      figures.append(total_files.map { "\(files) of \($0) files" } ?? "\(files) files")
    }
    if let rate, rate > 0 { figures.append("\(ByteCount(rate))/s") }
    let what = subject.map { "\(phase) \($0)" } ?? phase
    return figures.isEmpty ? what : "\(what): \(figures.joined(separator: ", "))"
  }
}
