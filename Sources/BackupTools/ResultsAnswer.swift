import BackupJobs
import FoundationEssentials
import Glibc
import Monitoring
import TISBackupCore

/// What came of the sections, as a table for people or as JSON.
package struct ResultsAnswer: Encodable, Sendable {
  /// One section of the answer.
  struct Entry: Encodable {
    var section: String
    var status: String
    var message: String
    var duration: Int
    var files: Int64?
    var bytes: Int64?
    var written_bytes: Int64?
    var location: String?
  }

  var state: String
  var dry_run: Bool
  var sections: [Entry]

  package init(_ results: [SectionResult], dryRun: Bool = false) {
    state = Self.state(of: results).name
    dry_run = dryRun
    sections = results.map { result in
      Entry(
        section: result.section, status: result.kind.rawValue, message: result.message,
        duration: result.duration, files: result.outcome?.files, bytes: result.outcome?.bytes,
        written_bytes: result.outcome?.writtenBytes, location: result.outcome?.location)
    }
  }

  /// The worst of all; nothing to do at all is well.
  package static func state(of results: [SectionResult]) -> CheckState {
    results.isEmpty ? .ok : .worst(results.map(\.state))
  }

  /// Prints the results as the options ask for and gives the state that becomes the exit status.
  package static func print(_ results: [SectionResult], _ context: ToolContext) -> CheckState {
    context.narrator.finishProgress()
    let state = state(of: results)
    let common = context.common
    if common.json {
      Output.print(JSONText.encode(ResultsAnswer(results, dryRun: common.dryRun)))
    } else if !(common.quiet && state == .ok) {
      Output.print(table(results).text(for: STDOUT_FILENO))
    }
    return state
  }

  private static func table(_ results: [SectionResult]) -> Table {
    var table = Table([.left("SECTION"), .left("STATUS"), .right("TOOK"), .left("WHAT")])
    for result in results {
      table.add([
        result.section, result.kind.rawValue, TimeSpan(seconds: result.duration).description,
        result.message,
      ])
    }
    return table
  }
}

/// One JSON document as text, keys sorted, slashes as they are.
package enum JSONText {
  package static func encode(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = (try? encoder.encode(value)) ?? Data("{}".utf8)
    return String(decoding: data, as: UTF8.self)
  }
}
