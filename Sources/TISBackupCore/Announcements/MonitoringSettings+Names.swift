extension MonitoringSettings {
  /// The service a subject is announced to; nil when it is silenced, or not announced at all.
  ///
  /// `section` is nil for the summary, and for what is no longer in the backup ini. `backupHost` is
  /// the name of this machine.
  package func name(of subject: AnnouncedSubject, section: Section?, backupHost: String)
    -> AnnouncedName?
  {
    let server = section?.server ?? ""
    let values = [
      "section": subject.section, "server_name": server.isEmpty ? backupHost : server,
      "type": section?.typeName ?? "", "backup_host": backupHost,
    ]
    func filled(_ text: String?) -> String? {
      guard let text, isGiven(text) else { return nil }
      return NameTemplate(text).filled(values)
    }
    if let mapping = mapping(of: subject) {
      return filled(mapping.text).flatMap(AnnouncedName.init(pair:))
    }
    switch subject.kind {
    case .summary:
      return filled(global.text(.announcedSummary)).flatMap(AnnouncedName.init(pair:))
    case .export where !announcesExports: return nil
    case .backup, .export:
      let key: Key = subject.kind == .backup ? .announcedService : .announcedExport
      guard let host = filled(global.text(.announcedHost)), let service = filled(global.text(key))
      else { return nil }
      return AnnouncedName(host: host, service: service)
    }
  }

  /// The key of the file a subject's name comes from, for messages: `file:line`.
  package func place(of subject: AnnouncedSubject) -> String {
    "\(path):\(keyLines(of: subject).first ?? 1)"
  }

  /// The lines of the file that make the name, that of the service first; empty for the defaults.
  func keyLines(of subject: AnnouncedSubject) -> [Int] {
    mapping(of: subject).map { [$0.line] }
      ?? keys(of: subject).compactMap { globals[$0.name]?.line }
  }

  /// Whether the file says `off` where the name would be.
  func isOff(_ subject: AnnouncedSubject) -> Bool {
    if let mapping = mapping(of: subject) { return !isGiven(mapping.text) }
    return keys(of: subject).contains { !isGiven(global.text($0)) }
  }

  private func keys(of subject: AnnouncedSubject) -> [Key] {
    switch subject.kind {
    case .backup: [.announcedService, .announcedHost]
    case .export: [.announcedExport, .announcedHost]
    case .summary: [.announcedSummary]
    }
  }

  /// What can be announced of these sections: their backups, their exports where those are
  /// announced, and the whole.
  package func subjects(of sections: [Section]) -> [AnnouncedSubject] {
    let backedUp = sections.filter { $0.type?.isByDesignWithoutBackup != true }.map(\.name)
    return backedUp.map { AnnouncedSubject(.backup, $0) }
      + (announcesExports ? backedUp.map { AnnouncedSubject(.export, $0) } : [])
      + (announcesSummary ? [.summary] : [])
  }

  /// The key that names this subject alone, if there is one.
  func mapping(of subject: AnnouncedSubject) -> Section.Value? {
    let prefix: String
    switch subject.kind {
    case .backup: prefix = Key.mapPrefix
    case .export: prefix = Key.exportMapPrefix
    case .summary: return nil
    }
    // Keys of an ini know no case.
    let value = globals[prefix + subject.section.lowercased()]
    return value.flatMap { $0.text.isEmpty ? nil : $0 }
  }
}
