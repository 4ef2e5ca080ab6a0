extension String {
  /// With a backslash before each of these signs.
  package func escaping(_ signs: Unicode.Scalar...) -> String {
    inserting { signs.contains($0) ? "\\" : nil }
  }

  /// With each of this sign twice.
  package func doubling(_ sign: Unicode.Scalar) -> String {
    inserting { $0 == sign ? sign : nil }
  }

  /// Sign by sign as those who read it see them: to Swift, a quote with an accent on it is one
  /// character, and no quote.
  private func inserting(before sign: (Unicode.Scalar) -> Unicode.Scalar?) -> String {
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if let added = sign(scalar) { result.append(added) }
      result.append(scalar)
    }
    return String(result)
  }
}
