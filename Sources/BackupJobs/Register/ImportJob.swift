import OutsideWorld
import TISBackupCore

/// Takes over the rows of another catalog whose backups are here, and the history of their sections.
package struct ImportJob: Sendable {
  package var configuration: Configuration
  /// The sections that take something.
  package var sections: [Section]
  package var world: World
  /// The other catalog.
  package var source: String

  package init(
    _ configuration: Configuration, _ sections: [Section], from source: String, world: World
  ) {
    (self.configuration, self.sections, self.world) = (configuration, sections, world)
    self.source = DiskPath.absolute(source)
  }

  /// What would be taken over; touches nothing.
  package func plan() throws(BackupError) -> ImportPlan {
    try configuration.repository(in: world).require()
    let foreign = try open()
    return try foreign.catalog.snapshot { () throws(BackupError) in
      try plan(foreign.catalog, into: try ownCatalog())
    }
  }

  /// Takes over what a plan of now says, section after section, and gives that plan: what is not in its
  /// parts any more was not begun.
  ///
  /// Alone in the repository. A section is one transaction: stopped anywhere, the next import knows
  /// what is here and takes the rest. `begins` is called once nothing keeps it from beginning.
  package func perform(begins: () throws(BackupError) -> Void = {}) throws(BackupError) -> (
    plan: ImportPlan, notBegun: [String]
  ) {
    let foreign = try open()
    try RunJob.prepare(configuration, world)
    try begins()
    let lock = try configuration.repository(in: world).own()
    defer { withExtendedLifetime(lock) {} }
    let catalog = try configuration.catalog(.write, zone: world.zone)
    return try foreign.catalog.snapshot { () throws(BackupError) in
      var plan = try plan(foreign.catalog, into: catalog)
      var notBegun: [String] = []
      for part in plan.parts {
        guard !Task.isCancelled else {
          notBegun.append(part.section)
          continue
        }
        if !part.items.isEmpty { try take(part, from: foreign.catalog, into: catalog) }
      }
      plan.parts.removeAll { notBegun.contains($0.section) }
      try catalog.takeOver(try targets(foreign.catalog, sections: plan.parts.map(\.section)))
      return (plan, notBegun)
    }
  }

  /// The disks that hold copies of these sections.
  private func targets(_ source: Catalog, sections: [String]) throws(BackupError) -> [ExportTarget]
  {
    try source.exportTargets().compactMap { target in
      var target = target
      target.copies.removeAll { !sections.contains($0.section) }
      return target.copies.isEmpty ? nil : target
    }
  }

  private func open() throws(BackupError) -> ForeignCatalog {
    try ForeignCatalog(source, own: configuration.layout.catalog, zone: world.zone)
  }

  private func ownCatalog() throws(BackupError) -> Catalog? {
    guard try CatalogHealth.isThere(configuration.layout.catalog) else { return nil }
    return try configuration.catalog(.read, zone: world.zone)
  }

  private func plan(_ source: Catalog, into own: Catalog?) throws(BackupError) -> ImportPlan {
    let counts = try source.rowCounts()
    var plan = ImportPlan()
    let all = Set(configuration.sections.map(\.name))
    plan.unknown = counts.filter { !all.contains($0.key) }
      .sorted { $0.key < $1.key }.map { (section: $0.key, rows: $0.value) }
    for section in sections where counts[section.name] != nil {
      if let problem = configuration.errors(of: section).first {
        var part = ImportPlan.Part(section.name)
        part.problem = problem.error.oneLine(about: section.name)
        plan.parts.append(part)
        continue
      }
      let others = configuration.sections.filter { $0.name != section.name }
      var sorting = ImportSorting(
        section, folder: configuration.layout.folder(of: section),
        foreign: Set(others.map(configuration.layout.folder(of:))),
        knowing: try own?.rows(of: section.name) ?? [], world)
      plan.parts.append(sorting.sort(try source.rows(of: section.name)))
    }
    return plan
  }

  private func take(_ part: ImportPlan.Part, from source: Catalog, into catalog: Catalog)
    throws(BackupError)
  {
    try catalog.takeOver(part.section, at: world.now()) { (add) throws(BackupError) in
      try source.contents(of: part.items.map(\.row)) { (index, content) throws(BackupError) in
        try add(settled(content, part.items[index]))
      }
    }
  }

  /// The row as it is true here.
  private func settled(_ content: CatalogContent, _ item: ImportPlan.Item) -> CatalogContent {
    var content = content
    // An offset keeps the hour apart that is repeated in autumn.
    content["backup_start"] = .text(item.start.catalogText(in: world.zone))
    content["backup_end"] = .text(item.end.catalogText(in: world.zone))
    content["backup_location"] = SQLiteValue(item.location)
    content["type"] = .text(RecordType(catalogText: content.text("type")).catalogText)
    if item.isDead {
      content["status"] = .text(RunStatus.error.catalogText)
      let log = content.text("log") ?? ""
      content["log"] = .text(
        (log.isEmpty ? "" : log + "\n") + "the run died before it ended, found by an import")
    }
    return content
  }
}
