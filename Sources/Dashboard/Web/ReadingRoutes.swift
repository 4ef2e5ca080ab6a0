import BackupJobs
import HTTPTypes
import Hummingbird
import OutsideWorld
import TISBackupCore

/// The pages of whoever has logged in.
struct ReadingRoutes {
  let dashboard: Dashboard

  private var writer: PageWriter { dashboard.writer }
  private var settings: DashboardSettings { dashboard.settings }

  func add(to group: RouterGroup<DashboardContext>) {
    group.get("/") { request, context in
      let query = request.uri.queryParameters
      let page = OverviewPage(
        try await dashboard.source.situation(),
        search: String((query["q"].map(String.init) ?? "").prefix(100)),
        from: query["from"].flatMap { Int($0) } ?? 0)
      return writer.response(page, context.visitor)
    }
    group.get("due") { _, context in
      writer.response(DuePage(try await dashboard.source.situation()), context.visitor)
    }
    group.get("sections/:section") { request, context in
      try await section(request, context)
    }
    for path in ["sections/:section/files/:backup", "sections/:section/files/:backup/**"] {
      group.get(RouterPath(path)) { request, context in
        try await BackupFiles(dashboard: dashboard).answer(request, context)
      }
    }
    group.get("export") { _, context in try await export(context) }
    group.get("jobs/:job") { _, context in
      guard
        let job = context.parameters.get("job").flatMap({ Int($0) }).flatMap(dashboard.board.find)
      else { throw Refusal(.notFound, "That job is not known: the page was started since.") }
      return writer.response(JobPage(view(job)), context.visitor)
    }
  }

  private func section(_ request: Request, _ context: DashboardContext) async throws -> Response {
    let situation = try await dashboard.source.situation()
    let section = try Self.section(context, situation.configuration)
    let before = request.uri.queryParameters["before"].flatMap { Int64($0) }
      .map(Instant.init(microseconds:))
    let world = settings.world
    let history = try await OwnThread.run { () -> Result<SectionHistoryView, BackupError> in
      Result { () throws(BackupError) in
        try SectionHistoryView(section, situation.configuration, before: before, world)
      }
    }.get()
    return writer.response(SectionPage(section, situation, history), context.visitor)
  }

  private func export(_ context: DashboardContext) async throws -> Response {
    let situation = try await dashboard.source.situation()
    var entries: [DiskRotation.Entry] = []
    var problem: String?
    do throws(BackupError) {
      entries = try await DiskRotation(situation.configuration, settings.world).survey()
    } catch {
      problem = error.description
    }
    let jobs = dashboard.board.jobs(on: ChangingRoutes.exportSubject).prefix(5).map(view)
    return writer.response(
      ExportPage(situation, entries, problem: problem, jobs), context.visitor)
  }

  private func view(_ job: JobBoard.Job) -> JobView {
    let configuration = try? settings.configuration()
    let folder = configuration.map { configuration in
      let section = configuration.sections.first { $0.name == job.subject }
      return section.map(configuration.layout.folder) ?? configuration.layout.logFolder
    }
    let progress = ProgressFile.read(in: folder, by: job.tool.pid)
    return JobView(job, progress: progress?.text, settings.world.zone)
  }

  /// The section that an address names.
  static func section(_ context: DashboardContext, _ configuration: Configuration) throws -> Section
  {
    let name = context.parameters.get("section") ?? ""
    guard let section = configuration.sections.first(where: { $0.name == name }) else {
      throw Refusal(.notFound, "The ini has no such section.")
    }
    return section
  }
}
