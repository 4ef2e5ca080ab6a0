import BackupChecks
import BackupJobs
import TISBackupCore

/// Where the last good backups are copied to a disk.
struct ExportPage: Page {
  struct Disk: Sendable {
    /// What `tisbackup-export --disk` takes.
    let id: String
    let name: String
    let device: String
    let size: String
    let free: String
    let exported: String
    /// Why nothing can be copied to it; nil when it can.
    let problem: String?
    let isFirst: Bool
  }

  struct Choice: Sendable {
    let name: String
    let size: String
    let made: String
  }

  let title = "Export"
  let disks: [Disk]
  let absent: [String]
  let choices: [Choice]
  let total: String
  let problem: String?
  let canStart: Bool
  let jobs: [JobView]

  init(
    _ situation: Situation, _ entries: [DiskRotation.Entry], problem: String?, _ jobs: [JobView]
  ) {
    let here = entries.filter { $0.disk != nil }
    let usable = here.filter { Self.problem($0) == nil }
    let first = usable.first(where: \.isInSet) ?? usable.first
    disks = here.compactMap { entry in
      Self.disk(entry, situation, isFirst: entry.name == first?.name)
    }
    absent = entries.filter { $0.disk == nil && $0.isInSet }.map(\.name)
    let good = situation.facts.sections.filter { $0.lastGood?.location != nil }
    choices = good.map { facts in
      Choice(
        name: facts.name, size: facts.lastGood?.bytes.map { "\(ByteCount($0))" } ?? "-",
        made: facts.lastGood?.start.displayText(in: situation.zone) ?? "-")
    }
    total = "\(ByteCount(good.compactMap { $0.lastGood?.bytes }.reduce(0, +)))"
    canStart = !usable.isEmpty && !good.isEmpty
    (self.problem, self.jobs) = (problem, jobs)
  }

  private static func disk(_ entry: DiskRotation.Entry, _ situation: Situation, isFirst: Bool)
    -> Disk?
  {
    guard let disk = entry.disk else { return nil }
    let age = entry.record?.lastExport.map {
      "\(TimeSpan(seconds: max(0, situation.now.seconds(since: $0)))) ago"
    }
    return Disk(
      id: disk.uuid ?? disk.label ?? "", name: disk.label ?? disk.uuid ?? disk.device,
      device: disk.device, size: "\(ByteCount(disk.size))",
      free: entry.free.map { "\(ByteCount($0)) free" } ?? "not mounted",
      exported: age ?? "never", problem: problem(entry), isFirst: isFirst)
  }

  private static func problem(_ entry: DiskRotation.Entry) -> String? {
    if let held = entry.held { return "holds \(held)" }
    guard let disk = entry.disk else { return "is not plugged in" }
    if disk.isLocked { return "is encrypted, and not open" }
    return disk.uuid == nil && disk.label == nil ? "has neither label nor UUID" : nil
  }

  static let template = PageTemplate(
    name: "export",
    text: """
      {{#page}}<h1>Export</h1>
      <p class="lead">The newest good backup of each section, copied to a disk that you can take away. Every file is read back and compared.</p>
      {{#problem}}<p class="message" role="alert">{{.}}</p>{{/problem}}
      {{#jobs}}<p class="message {{css}}"><a href="{{prefix}}/jobs/{{id}}">{{title}}</a>: {{state}}</p>{{/jobs}}
      <form method="post" action="{{prefix}}/export">
      <input type="hidden" name="token" value="{{token}}">
      <fieldset><legend>Disk</legend>
      {{#disks}}<label class="choice"><input type="radio" name="disk" value="{{id}}"{{#isFirst}} checked{{/isFirst}}{{#problem}} disabled{{/problem}} required>
      <span><b>{{name}}</b> {{device}}, {{size}}, {{free}}; last export {{exported}}{{#problem}}. It {{.}}.{{/problem}}</span></label>
      {{/disks}}{{^disks}}<p>No disk was found. Plug one in, and <a href="{{prefix}}/export">look again</a>.</p>{{/disks}}
      {{#absent}}<p>{{.}} is in the rotation, and is not plugged in.</p>{{/absent}}
      </fieldset>
      <fieldset><legend>Sections, {{total}} in all</legend>
      {{#choices}}<label class="choice"><input type="checkbox" name="section[]" value="{{name}}" checked>
      <span><b>{{name}}</b> {{size}} of {{made}}</span></label>
      {{/choices}}{{^choices}}<p>There is no good backup to export.</p>{{/choices}}
      </fieldset>
      <button{{^canStart}} disabled{{/canStart}}>Export</button>
      </form>{{/page}}
      """)
}
