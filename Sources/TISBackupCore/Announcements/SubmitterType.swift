/// One value of `type=` in the monitoring ini: a way to a monitoring server, and its keys.
///
/// This is knowledge of the file, not of the work: the names a server must have are generated where
/// nothing can be sent.
package struct SubmitterType: Sendable {
  package var name: String
  /// One line for people.
  package var summary: String
  package var keys: [Key]
  /// The bytes of host and service names that arrive, where the way cuts them without a word.
  package var nameLimits: (host: Int, service: Int)?
  /// What the keys of a target must have beside each other, as the end of a sentence and its cure;
  /// nil when all is well.
  package var problem: @Sendable (Section) -> (message: String, hint: String)? = { _ in nil }

  package var schema: KeySchema { KeySchema(keys: [.submitterType] + keys) }
}

/// All ways to a monitoring server; to add one is a file of its own and one line here.
package enum SubmitterTypes {
  package static let all: [SubmitterType] = [
    .icinga2, .nsca, .nagiosPipe, .checkResults, .nrdp, .command,
  ]

  package static func named(_ name: String) -> SubmitterType? {
    all.first { $0.name == name }
  }
}
