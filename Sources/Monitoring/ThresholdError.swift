/// Why a text is not a ``Threshold``; both cases hold the text as it was given.
package enum ThresholdError: Error, Equatable {
  /// Not of the form `[@]start:end`, or a bound is not a number.
  case malformed(String)
  /// A range such as `20:10`, which no value could satisfy.
  case inverted(String)
}

extension ThresholdError: CustomStringConvertible {
  /// One line for whoever typed the option, with examples to copy.
  package var description: String {
    switch self {
    case .malformed(let text):
      "threshold '\(quoted(text))' is not a range such as 30, 10:, ~:30, 10:20 or @10:20"
    case .inverted(let text):
      "threshold '\(quoted(text))' starts after it ends; a range is written low:high, as 10:20"
    }
  }

  private func quoted(_ text: String) -> String { PluginText.clean(text, limit: 60) }
}
