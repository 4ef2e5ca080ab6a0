import BackupChecks
import BackupJobs
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Monitoring
import OutsideWorld
import TISBackupCore

/// The same for scripts: JSON, and the text of Prometheus.
struct ScriptRoutes {
  let dashboard: Dashboard

  /// Runs that one answer holds at most.
  private static let limit = 1000

  private struct Backups: Encodable {
    var backups: [RunDocument]
  }

  private struct SectionDocument: Encodable {
    var name: String
    var server: String
    var type: String
    var state: String
    var message: String
    var runs: [RunDocument]
  }

  func add(to group: RouterGroup<DashboardContext>) {
    group.get("api/status") { _, _ in
      let situation = try await dashboard.source.situation()
      return json(CheckDocument(situation.report, situation.facts).text)
    }
    group.get("api/sections/:section") { request, context in
      let situation = try await dashboard.source.situation()
      let section = try ReadingRoutes.section(context, situation.configuration)
      let item = situation.item(section.name)
      return json(
        SectionDocument(
          name: section.name, server: section.server, type: section.typeName,
          state: item?.state.name ?? "UNKNOWN", message: item?.text ?? "",
          runs: try await runs(of: [section.name], request, withLog: true)))
    }
    group.get("api/backups") { request, _ in
      let names = try dashboard.settings.configuration().sections.map(\.name)
      return json(Backups(backups: try await runs(of: names, request, withLog: false)))
    }
    group.get("metrics") { _, _ in
      let situation = try await dashboard.source.situation()
      return OpenRoutes.text(
        Metrics(situation).text, "text/plain; version=0.0.4; charset=utf-8")
    }
  }

  /// `n` of the address is how many of each section.
  private func runs(of sections: [String], _ request: Request, withLog: Bool) async throws
    -> [RunDocument]
  {
    let count = request.uri.queryParameters["n"].flatMap { Int($0) } ?? 20
    guard (1...Self.limit).contains(count) else {
      throw Refusal(.badRequest, "n is a number from 1 to \(Self.limit).")
    }
    let settings = dashboard.settings
    return try await OwnThread.run { () -> Result<[RunDocument], BackupError> in
      Result { () throws(BackupError) in
        let catalog = try settings.configuration().catalog(.read, zone: settings.world.zone)
        var found: [RunDocument] = []
        for section in sections {
          found += try catalog.newest(count, of: section, type: nil).records.map { record in
            var run = RunDocument(record, settings.world)
            if !withLog { run.log = nil }
            return run
          }
        }
        return found
      }
    }.get()
  }

  private func json(_ document: some Encodable) -> Response {
    let encoder = FoundationEssentials.JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = (try? encoder.encode(document)) ?? Data("{}".utf8)
    return json(String(decoding: data, as: UTF8.self))
  }

  private func json(_ text: String) -> Response {
    OpenRoutes.text(text + "\n", "application/json")
  }
}
