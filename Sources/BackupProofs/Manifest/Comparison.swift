/// How a backup compares with its manifest.
package struct Comparison: Sendable, Equatable {
  /// Differences that are kept as text.
  private static let limit = 20

  /// Names in the manifest.
  package var entries = 0
  /// Files whose content was read.
  package var files = 0
  /// Bytes that were read.
  package var bytes: Int64 = 0
  /// How many differences there are in all.
  package private(set) var differences = 0
  /// The first of them, a sentence each.
  package private(set) var first: [String] = []

  package init() {}

  package var isClean: Bool { differences == 0 }

  mutating func differ(_ sentence: String) {
    differences += 1
    if first.count < Self.limit { first.append(sentence) }
  }
}
