import ArgumentParser
import PassiveChecks

/// The options of the tools that announce what they have done.
package struct PassiveOptions: ParsableArguments {
  @Flag(help: "Announce nothing now; it stays owed, for tisbackup-submit.")
  package var noPassive = false

  @Option(
    help: ArgumentHelp(
      "Print what would be announced, and send nothing; the table goes to standard error. Without a form: text.",
      valueName: "form"))
  package var passiveDryRun: PassiveForm?

  package init() {}

  package mutating func validate() throws {
    if noPassive && passiveDryRun != nil {
      throw ValidationError("--no-passive and --passive-dry-run contradict each other")
    }
  }
}

extension PassiveForm: ExpressibleByArgument {
  /// The option whose form may be left out.
  private static let option = "--passive-dry-run"

  /// Gives the option its form where the command line leaves it out.
  ///
  /// The parser has options like that (`defaultAsFlag`), and 1.8 takes the default for a form it
  /// was given, and for one it cannot read, as soon as another option follows.
  package static func completing(_ arguments: [String]) -> [String] {
    var completed: [String] = []
    for word in arguments {
      if completed.last == option {
        let isForm = PassiveForm(rawValue: word) != nil
        completed[completed.count - 1] += "=" + (isForm ? word : PassiveForm.text.rawValue)
        if isForm { continue }
      }
      completed.append(word)
    }
    guard completed.last == option else { return completed }
    return completed.dropLast() + ["\(option)=\(PassiveForm.text.rawValue)"]
  }
}
