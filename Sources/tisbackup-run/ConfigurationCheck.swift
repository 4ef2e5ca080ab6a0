import BackupDrivers
import BackupTools
import Monitoring
import TISBackupCore

/// The answer of `--check-config`: every problem with its file and line.
enum ConfigurationCheck {
  static func print(_ context: ToolContext) throws(BackupError) -> CheckState {
    let configuration = try Configuration(
      path: context.common.configurationPath, base: context.common.backupDir)
    var problems = configuration.problems
    for driver in BackupDrivers.all { problems += driver.problems(in: configuration) }
    problems += monitoringProblems(context, configuration)
    let hasErrors = problems.contains { $0.severity == .error }
    if context.common.json {
      Output.print(JSONText.encode(Answer(configuration, problems)))
    } else {
      show(configuration, problems, quiet: context.common.quiet)
    }
    return hasErrors ? .critical : problems.isEmpty ? .ok : .warning
  }

  /// What is wrong with the monitoring ini, if there is one, and with the names that come of it.
  private static func monitoringProblems(_ context: ToolContext, _ configuration: Configuration)
    -> [ConfigurationProblem]
  {
    guard let path = MonitoringSettings.path(chosen: context.common.monitoring, for: configuration)
    else { return [] }
    do throws(BackupError) {
      let settings = try MonitoringSettings(path: path)
      return settings.problems
        + settings.nameProblems(
          for: configuration.sections, backupHost: MachineName.current())
    } catch {
      return [
        ConfigurationProblem(.error, place: nil, error.message.text, hint: error.hint?.text)
      ]
    }
  }

  private static func show(
    _ configuration: Configuration, _ problems: [ConfigurationProblem], quiet: Bool
  ) {
    for problem in problems { Output.print("\(problem.severity.rawValue): \(problem.description)") }
    guard !quiet else { return }
    let errors = problems.filter { $0.severity == .error }.count
    Output.print(
      "\(configuration.path): \(configuration.sections.count) sections, \(errors) errors, "
        + "\(problems.count - errors) warnings")
  }

  /// The same in JSON.
  private struct Answer: Encodable {
    struct Problem: Encodable {
      var severity: String
      var section: String?
      var place: String?
      var message: String
      var hint: String?
    }

    var config: String
    var sections: [String]
    var problems: [Problem]

    init(_ configuration: Configuration, _ problems: [ConfigurationProblem]) {
      config = configuration.path
      sections = configuration.sections.map(\.name)
      self.problems = problems.map { problem in
        Problem(
          severity: problem.severity.rawValue, section: problem.section, place: problem.place,
          message: problem.message, hint: problem.hint)
      }
    }
  }
}
