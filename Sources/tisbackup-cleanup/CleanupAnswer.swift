import BackupTools

/// What came of the sections, and with `--explain` of every backup, as one JSON document.
struct CleanupAnswer: Encodable {
  var results: ResultsAnswer
  var backups: [Explanation]

  private enum CodingKeys: CodingKey { case backups }

  func encode(to encoder: any Encoder) throws {
    try results.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(backups, forKey: .backups)
  }
}
