/// Turns a parsed ini file into sections, collecting what cannot be read.
struct ConfigurationReader {
  private let document: INIDocument
  private(set) var problems: [ConfigurationProblem]

  init(_ document: INIDocument) {
    self.document = document
    problems = document.problems.map { problem in
      ConfigurationProblem(
        problem.severity == .error ? .error : .warning,
        section: problem.section == "global" ? nil : problem.section,
        place: "\(document.path):\(problem.line)", problem.message, hint: problem.hint)
    }
  }

  mutating func readGlobals() -> [String: Section.Value] {
    guard let global = document.sections.first(where: { $0.name == "global" }) else { return [:] }
    return values(of: global)
  }

  mutating func readSections() -> [Section] {
    let globals = readGlobalsQuietly()
    return document.sections.filter { $0.name != "global" }.map { section in
      Section(
        name: section.name, path: document.path, line: section.line,
        values: values(of: section), globals: globals)
    }
  }

  private func readGlobalsQuietly() -> [String: Section.Value] {
    var copy = self
    return copy.readGlobals()
  }

  private mutating func values(of section: INISection) -> [String: Section.Value] {
    var values: [String: Section.Value] = [:]
    for entry in document.defaults + section.entries {
      do throws(BackupError) {
        let text = try document.value(of: entry.key, in: section) ?? entry.value
        values[entry.key] = Section.Value(text, line: entry.line)
      } catch {
        // The message names file, line, section and key itself.
        let problem = ConfigurationProblem(
          .error, section: section.name == "global" ? nil : section.name, place: nil,
          error.message.text, hint: error.hint?.text)
        if !problems.contains(problem) { problems.append(problem) }
      }
    }
    return values
  }
}
