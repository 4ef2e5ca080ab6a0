import ArgumentParser
import PassiveChecks

/// The options of the tools that announce what they have done.
package struct PassiveOptions: ParsableArguments {
  @Flag(help: "Announce nothing now; it stays owed, for tisbackup-submit.")
  package var noPassive = false

  @Option(
    defaultAsFlag: PassiveForm.text,
    help: ArgumentHelp(
      "Print what would be announced, and send nothing; the table goes to standard error.",
      valueName: "form"))
  package var passiveDryRun: PassiveForm?

  package init() {}

  package mutating func validate() throws {
    if noPassive && passiveDryRun != nil {
      throw ValidationError("--no-passive and --passive-dry-run contradict each other")
    }
  }
}

extension PassiveForm: ExpressibleByArgument {}
