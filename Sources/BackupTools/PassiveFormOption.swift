import ArgumentParser
import PassiveChecks

/// The word after `--passive-dry-run=`.
///
/// The parser would take a word it cannot read for none at all, and print the default form; so it
/// reads any, and ``form()`` refuses what is none.
package struct PassiveFormOption: ExpressibleByArgument, Sendable, CustomStringConvertible {
  private let word: String

  package static let standard = PassiveFormOption(argument: PassiveForm.text.rawValue)

  package init(argument: String) { word = argument }

  package static var allValueStrings: [String] { PassiveForm.allCases.map(\.rawValue) }

  package var description: String { word }

  /// Throws a message that lists the forms there are.
  package func form() throws -> PassiveForm {
    guard let form = PassiveForm(rawValue: word) else {
      let known = Self.allValueStrings.joined(separator: ", ")
      throw ValidationError("--passive-dry-run: '\(word)' is none of \(known)")
    }
    return form
  }
}
