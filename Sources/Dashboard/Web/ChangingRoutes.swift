import HTTPTypes
import Hummingbird
import OutsideWorld
import TISBackupCore

/// What starts something: each is a form with the token of its visitor.
struct ChangingRoutes {
  let dashboard: Dashboard

  static let exportSubject = "an export"

  private struct ExportForm: Decodable {
    var token: String
    var disk: String
    var section: [String]?
  }

  func add(to group: RouterGroup<DashboardContext>) {
    group.post("sections/:section/run") { request, context in
      try await FormReader.check(request, context)
      let section = try ReadingRoutes.section(context, dashboard.settings.configuration())
      return try start(
        "Backup of \(section.name)", on: section.name,
        back: "/sections/\(PercentText.encode(section.name))", "tisbackup-run",
        ["--log-level", "info", "--sections", section.name], context)
    }
    group.post("retry") { request, context in
      try await FormReader.check(request, context)
      return try start(
        "What failed, again", on: "a retry", back: "/due", "tisbackup-run",
        ["--log-level", "info", "--retry-failed"], context)
    }
    group.post("export") { request, context in
      let form = try await FormReader.decode(ExportForm.self, from: request, context)
      try FormReader.check(form.token, for: context.visitor)
      return try export(form, context)
    }
  }

  private func export(_ form: ExportForm, _ context: DashboardContext) throws -> Response {
    let known = try dashboard.settings.configuration().sections.map(\.name)
    let sections = form.section ?? []
    guard !sections.isEmpty, sections.allSatisfy(known.contains) else {
      throw Refusal(.badRequest, "Choose at least one section.")
    }
    // The tool looks for the disk anew, by this name: what is none is told there.
    guard !form.disk.isEmpty, form.disk.utf8.count <= 255, !form.disk.contains(",") else {
      throw Refusal(.badRequest, "Choose a disk.")
    }
    return try start(
      "Export to \(form.disk)", on: Self.exportSubject, back: "/export", "tisbackup-export",
      ["--log-level", "info", "--disk=\(form.disk)"] + sections.flatMap { ["--sections", $0] },
      context)
  }

  private func start(
    _ title: String, on subject: String, back: String, _ tool: String, _ arguments: [String],
    _ context: DashboardContext
  ) throws -> Response {
    let settings = dashboard.settings
    let user = context.visitor?.user ?? ""
    let own =
      ["--config", settings.configurationPath] + (settings.base.map { ["--backup-dir", $0] } ?? [])
    let job = try dashboard.board.start(
      title, on: subject, back: back, by: user, at: settings.world.now()
    ) { () throws(BackupError) in
      settings.world.say(.init(.info, nil, "'\(user)' starts \(tool): \(title)"))
      return try LaunchedTool("\(settings.toolFolder)/\(tool)", own + arguments)
    }
    return dashboard.writer.redirect(to: "/jobs/\(job.id)")
  }
}
