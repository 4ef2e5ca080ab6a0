import ArgumentParser
import BackupChecks
import Monitoring

/// How what the ranges do not cover is judged.
struct JudgementOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Age after which a run of the old program that never ended has died (default: 24h).",
      valueName: "span"),
    transform: RangeValue.span(ofHours:))
  var staleRunning = 24 * 3600

  @Flag(help: "An empty backup is as good as any other.")
  var allowEmpty = false

  @Option(
    help: ArgumentHelp(
      "Good backups before the last whose median its size is compared with.", valueName: "runs"))
  var history = 7

  @Option(
    help: ArgumentHelp(
      "A change of size below this is none, however many percent it is (default: 0).",
      valueName: "bytes"),
    transform: RangeValue.bytes)
  var minSizeChange: Int64 = 0

  @Option(help: ArgumentHelp("State of a section never backed up.", valueName: "state"))
  var missingState = StateName.critical

  @Option(
    help: ArgumentHelp(
      "State of a section of the catalog that the ini does not know.", valueName: "state"))
  var orphans = StateName.ok

  @Option(help: ArgumentHelp("State of a section that cannot be judged.", valueName: "state"))
  var unknownAs = StateName.unknown

  func validate() throws {
    guard (3...1000).contains(history) else {
      throw ValidationError("--history takes a number of runs from 3 to 1000")
    }
  }
}
