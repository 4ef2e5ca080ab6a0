import ArgumentParser
import Monitoring

/// The form of the answer; state and exit status never depend on it, but for `--exit-ok`.
struct OutputOptions: ParsableArguments {
  @Flag(help: "List only what is not OK.")
  var brief = false

  @Flag(help: "List with each section its type, server, start, files and place.")
  var lengthy = false

  @Option(help: ArgumentHelp("The figures for the graphs.", valueName: "amount"))
  var perfdata = ReportForm.Figures.full

  @Option(
    help: ArgumentHelp(
      "Bytes of the whole answer; 0 for no limit. NRPE 2 carries 1000, NSCA 4000.",
      valueName: "bytes"))
  var maxOutput = 0

  @Flag(help: "Exit with status 0 whatever the state of the sections is; the text still tells it.")
  var exitOK = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The form of the answer.", valueName: "form"))
  var output = OutputForm.nagios

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("UNKNOWN after this many seconds; 0 waits for ever.", valueName: "seconds"))
  var timeout = 8

  @Flag(
    name: .shortAndLong,
    help: "List a lone section too; twice, as --lengthy; thrice, with the files that were read.")
  var verbose: Int

  @Flag(name: [.customShort("V"), .long], help: "Show the version.")
  var version = false

  func validate() throws {
    guard (0...86_400).contains(timeout) else {
      throw ValidationError("--timeout takes seconds from 0 to 86400")
    }
    guard maxOutput == 0 || (80...1 << 30).contains(maxOutput) else {
      throw ValidationError("--max-output takes 0, or bytes from 80 on: less cannot name a trouble")
    }
    guard !brief || !lengthy else {
      throw ValidationError("--brief and --lengthy contradict each other: give one of them")
    }
  }

  var isLengthy: Bool { lengthy || verbose > 1 && !brief }

  /// The bytes there are, nil for as many as needed.
  var byteBudget: Int? { maxOutput == 0 ? nil : maxOutput }
}

/// The forms of the answer.
enum OutputForm: String, ExpressibleByArgument, CaseIterable {
  case nagios, json, human
}
