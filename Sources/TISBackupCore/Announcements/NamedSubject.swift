/// A subject, and what the monitoring ini makes of its name.
package struct NamedSubject: Sendable, Equatable {
  /// What became of the name.
  package enum Naming: Sendable, Equatable {
    case service(AnnouncedName)
    /// The ini says `off`.
    case silenced
    /// No server can have such a service, or two subjects would share it.
    case refused(ConfigurationProblem)
  }

  package var subject: AnnouncedSubject
  package var naming: Naming

  /// The service; nil when there is none.
  package var name: AnnouncedName? {
    if case .service(let name) = naming { name } else { nil }
  }
}

extension MonitoringSettings {
  /// Everything that can be announced of these sections, with its service or why it has none.
  ///
  /// Of two subjects with one name the first has it, so give all sections of the backup ini.
  package func namedSubjects(of sections: [Section], backupHost: String) -> [NamedSubject] {
    let limits = targets.compactMap { SubmitterTypes.named($0.typeName)?.nameLimits }.first
    let byName = Dictionary(sections.map { ($0.name, $0) }) { one, _ in one }
    var owners: [AnnouncedName: AnnouncedSubject] = [:]
    return subjects(of: sections).map { subject in
      if let problem = keyProblem(of: subject) {
        return NamedSubject(subject: subject, naming: .refused(problem))
      }
      guard let name = name(of: subject, section: byName[subject.section], backupHost: backupHost)
      else { return NamedSubject(subject: subject, naming: unnamed(subject)) }
      if let problem = name.problem(limits: limits) {
        return NamedSubject(subject: subject, naming: .refused(unfit(subject, problem)))
      }
      if let owner = owners[name] {
        return NamedSubject(subject: subject, naming: .refused(shared(subject, owner, name)))
      }
      owners[name] = subject
      return NamedSubject(subject: subject, naming: .service(name))
    }
  }

  private func unnamed(_ subject: AnnouncedSubject) -> NamedSubject.Naming {
    isOff(subject) ? .silenced : .refused(unfit(subject, "its host or its service has no name"))
  }

  /// What is wrong with the keys that would name it; it stands among ``problems``, too.
  private func keyProblem(of subject: AnnouncedSubject) -> ConfigurationProblem? {
    let places = keyLines(of: subject).map { "\(path):\($0)" }
    return problems.first {
      $0.severity == .error && $0.section == nil && $0.place.map(places.contains) == true
    }
  }

  private func unfit(_ subject: AnnouncedSubject, _ problem: String) -> ConfigurationProblem {
    ConfigurationProblem(
      .error, place: place(of: subject), "\(subject) cannot be announced: \(problem)",
      hint: subject.kind == .summary
        ? "Change 'summary'." : "Name it with '\(mapKey(of: subject)) = HOST;SERVICE'.")
  }

  private func shared(
    _ subject: AnnouncedSubject, _ owner: AnnouncedSubject, _ name: AnnouncedName
  ) -> ConfigurationProblem {
    ConfigurationProblem(
      .error, place: place(of: subject),
      "\(subject) and \(owner) are announced to one service, \(name)",
      hint: "Put '{section}' into 'service', or name one with 'map_SECTION = HOST;SERVICE'.")
  }
}
