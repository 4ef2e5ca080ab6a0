import BackupDrivers
import BackupJobs
import BackupTools
import Monitoring
import TISBackupCore

/// Finds out for `--test-connection` whether each section can be reached and has what it needs.
struct ConnectionTest {
  private let configuration: Configuration
  private let sections: [Section]
  private let context: ToolContext

  init(_ configuration: Configuration, _ sections: [Section], _ context: ToolContext) {
    (self.configuration, self.sections, self.context) = (configuration, sections, context)
  }

  func print() async -> CheckState {
    var results: [SectionResult] = []
    for section in sections { results.append(await test(section)) }
    return ResultsAnswer.print(results, context)
  }

  private func test(_ section: Section) async -> SectionResult {
    do throws(BackupError) {
      if let problem = configuration.errors(of: section).first { throw problem.error }
      let found = try await BackupDrivers.make(section).testConnection(using: context.world)
      return SectionResult(section.name, .ok, found.joined(separator: "; "))
    } catch {
      return .failed(section.name, error)
    }
  }
}
