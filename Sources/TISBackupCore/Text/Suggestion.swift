/// Finds what was probably meant, for "did you mean 'x'?".
package enum Suggestion {
  /// The candidate closest to `wanted`, the first of several; nil when none is close.
  ///
  /// Closeness is the number of letters to add, remove, replace, or swap with their neighbour,
  /// whatever their case; about a third of the letters may differ.
  package static func nearest(
    to wanted: String, among candidates: some Sequence<String>
  ) -> String? {
    let word = Array(wanted.lowercased())
    let limit = (word.count + 1) / 3
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
      let other = Array(candidate.lowercased())
      guard abs(other.count - word.count) <= limit else { continue }
      let distance = distance(from: word, to: other)
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.candidate
  }

  /// The optimal string alignment distance, with the two rows before the one being filled.
  private static func distance(from one: [Character], to other: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...other.count)
    for i in one.indices {
      var row = [i + 1]
      for j in other.indices {
        let replaced = last[j] + (one[i] == other[j] ? 0 : 1)
        var best = min(replaced, last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, one[i] == other[j - 1], one[i - 1] == other[j] {
          best = min(best, beforeLast[j - 1] + 1)
        }
        row.append(best)
      }
      (beforeLast, last) = (last, row)
    }
    return last[other.count]
  }
}
