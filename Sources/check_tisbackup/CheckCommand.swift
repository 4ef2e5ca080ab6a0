import ArgumentParser
import BackupChecks
import Monitoring
import TISBackupCore

/// The monitoring plugin: the catalog against the limits of each section.
///
/// This declaration is the one table of options: help, completion, the Icinga CheckCommand, the
/// Director basket and the tables for people are made from it.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check_tisbackup",
    abstract: "Is every machine backed up, recently and completely?",
    usage: "check_tisbackup [OPTION]...",
    discussion: """
      Example: check_tisbackup -s web1 -w 26 -c 30

      Reads the catalog of TISBackup and changes nothing. A range is [@]start:end of the plugin \
      guidelines: 30 alerts above 30, 10: below 10. Ages are hours, durations seconds, or carry a \
      unit: 90m, 30h, 1d12h; sizes are bytes, or 700M, 1.5GiB. A range that begins with '-' is \
      written --warning-size-change=-30:. Exit status: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, \
      which is also that of --help and --version.
      """)

  @OptionGroup(title: "What is judged") var selection: SelectionOptions
  @OptionGroup(title: "Limits") var thresholds: ThresholdOptions
  @OptionGroup(title: "Judgement") var judgement: JudgementOptions
  @OptionGroup(title: "The answer") var presentation: OutputOptions
  @OptionGroup(title: "Configuration for monitoring servers") var generation: GenerateOptions

  func validate() throws {
    guard !selection.outbox || generation.generate == nil else {
      throw ValidationError("--outbox and --generate contradict each other: give one of them")
    }
  }

  /// What the command line asks of the rules.
  var settings: CheckSettings {
    var settings = CheckSettings()
    (settings.limits, settings.space) = (thresholds.limits, thresholds.space)
    settings.looksForBackups = !selection.noLocationCheck
    settings.history = judgement.history
    settings.judgement.type = selection.type.record
    settings.judgement.allowsEmpty = judgement.allowEmpty
    settings.judgement.staleRunning = judgement.staleRunning
    settings.judgement.minimumSizeChange = judgement.minSizeChange
    settings.judgement.missing = judgement.missingState.state
    settings.judgement.orphan = judgement.orphans.state
    settings.judgement.unknown = judgement.unknownAs.state
    settings.judgement.tellsDetails = presentation.isLengthy
    return settings
  }
}
