import BackupProofs
import TISBackupCore

/// What came of the dumps of one run.
struct DumpTally {
  /// What the dumps do not hold although they ended well.
  let lacking: [String]
  var failures: [BackupError] = []
  /// What was not even tried, because the machine could not be reached any more.
  var unreached: [String] = []
  private var dumps = 0
  /// Those of databases: roles alone are no backup.
  private var databases = 0
  private var bytes: Int64 = 0
  private var streamBytes: Int64 = 0
  private var lines: [String] = []

  init(lacking: [String], notes: [String] = []) { (self.lacking, lines) = (lacking, notes) }

  mutating func add(_ dump: DatabaseDump, _ content: DumpContent) {
    dumps += 1
    if dump.format != .postgresqlGlobals { databases += 1 }
    bytes += content.fileBytes
    streamBytes += content.edges.count
    lines.append(
      "\(dump.subject): \(ByteCount(content.edges.count)) in \(ByteCount(content.fileBytes))")
  }

  /// Nil when no database was dumped.
  func outcome(section: String) -> Outcome? {
    guard databases > 0 else { return nil }
    let what =
      "\(dumps) \(dumps == 1 ? "dump" : "dumps"), \(ByteCount(streamBytes)) in \(ByteCount(bytes))"
    var outcome = Outcome(status)
    outcome.log = ([summary(what, section)] + details(section)).joined(separator: "\n")
    (outcome.files, outcome.writtenFiles) = (Int64(dumps), Int64(dumps))
    (outcome.bytes, outcome.writtenBytes) = (bytes, bytes)
    outcome.transferredBytes = streamBytes
    return outcome
  }

  private var status: RunStatus {
    failures.isEmpty ? (lacking.isEmpty ? .ok : .warning) : .error
  }

  /// The line that people read first: what went wrong, else what was done.
  private func summary(_ what: String, _ section: String) -> String {
    if let first = failures.first {
      let others = failures.count - 1 + unreached.count
      return first.oneLine(about: section) + (others > 0 ? "; \(others) more failed" : "")
        + "; kept \(what)"
    }
    guard let first = lacking.first else { return what }
    return "\(what); not complete: \(first)"
  }

  private func details(_ section: String) -> [String] {
    failures.dropFirst().map { $0.oneLine(about: section) }
      + unreached.map { "'\($0)': not tried any more" }
      + lacking.dropFirst().map { "not complete: \($0)" } + lines
  }
}
