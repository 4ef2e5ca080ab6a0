import TISBackupCore

/// The figures `rsync --stats --no-human-readable` prints, of rsync 3.0 to 3.5.
package struct RsyncStatistics: Sendable, Equatable {
  package var files: Int64 = 0
  /// Regular files that were sent.
  package var transferredFiles: Int64 = 0
  /// Bytes of all files of the backup.
  package var totalBytes: Int64 = 0
  /// Bytes of the files that were sent, whole.
  package var transferredBytes: Int64 = 0
  /// Bytes that were really new.
  package var literalBytes: Int64 = 0

  /// Nil when the figures are not all there: the run did not come to its end.
  package init?(_ output: String) {
    var values: [Substring: Int64] = [:]
    for line in output.split(whereSeparator: \.isNewline) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      // `Number of files: 8 (reg: 4, dir: 2)`; some builds group digits all the same.
      let digits = line[line.index(after: colon)...].drop { $0 == " " }
        .prefix { $0.isASCII && $0.isNumber || $0 == "," || $0 == "." }
        .filter { $0.isNumber }
      values[line[..<colon]] = Int64(digits)
    }
    guard let files = values["Number of files"], let total = values["Total file size"],
      let transferred = values["Total transferred file size"],
      let literal = values["Literal data"],
      let count = values["Number of regular files transferred"]
        ?? values["Number of files transferred"]
    else { return nil }
    (self.files, transferredFiles, totalBytes) = (files, count, total)
    (transferredBytes, literalBytes) = (transferred, literal)
  }
}
