import ArgumentParser
import PassiveChecks

/// The options of the tools that announce what they have done.
package struct PassiveOptions: ParsableArguments {
  @Flag(help: "Announce nothing now; it stays owed, for tisbackup-submit.")
  package var noPassive = false

  @Option(
    defaultAsFlag: PassiveFormOption.standard,
    help: ArgumentHelp(
      "Print what would be announced, and send nothing; the table goes to standard error.",
      valueName: "form"))
  package var passiveDryRun: PassiveFormOption?

  package init() {}

  /// The form that was asked for, nil when results are to be sent.
  var form: PassiveForm? { try? passiveDryRun?.form() }

  package mutating func validate() throws {
    _ = try passiveDryRun?.form()
    if noPassive && passiveDryRun != nil {
      throw ValidationError("--no-passive and --passive-dry-run contradict each other")
    }
  }
}
