/// All kinds of switches that are known; to add one is a file of its own and one line here.
package enum SwitchModels {
  package static let builtIn: [SwitchModel] = [
    .arubaCX, .cisco, .ciscoSMB, .dlinkDGS1210, .dlinkDGS1510, .procurve2524, .procurve4104,
    .linksysSRW2024,
  ]

  /// The built-in model that a word of an ini means.
  package static func named(_ word: String) -> SwitchModel? {
    builtIn.first { $0.isCalled(word) }
  }

  /// The model of a section: that of a file of `switch_models`, else a built-in one.
  ///
  /// Throws when there is none of that name, with those that there are, or when its file is bad.
  package static func model(of section: Section) throws(BackupError) -> SwitchModel {
    let word = try section.require(.switchType)
    let folder = section.globals[Key.switchModels.name]?.text ?? ""
    if !folder.isEmpty, let file = SwitchModelFolder(path: folder).file(of: word) {
      do throws(BackupError) {
        return try SwitchModelFile(path: file).model
      } catch {
        throw BackupError(error.code, .badModel(word, in: section, error), hint: error.hint)
      }
    }
    if let model = named(word) { return model }
    let known = (builtIn.map(\.name) + SwitchModelFolder(path: folder).names).sorted()
    let nearest = Suggestion.nearest(to: word, among: known)
    throw BackupError(
      .configuration, .unknown(word, in: section), hint: .known(known, nearest: nearest))
  }

  /// Everything that is wrong with the models of an ini file: those that sections name, and each of
  /// the files in `switch_models`.
  package static func problems(in configuration: Configuration) -> [ConfigurationProblem] {
    var problems = folderProblems(configuration)
    for section in configuration.sections where isUsed(in: section, of: configuration) {
      do throws(BackupError) {
        _ = try model(of: section)
      } catch {
        // The message names file, line and section itself.
        problems.append(
          ConfigurationProblem(
            .error, section: section.name, place: nil, error.message.text, hint: error.hint?.text))
      }
    }
    return problems
  }

  private static func isUsed(in section: Section, of configuration: Configuration) -> Bool {
    section.type?.name == BackupType.switchConfiguration.name
      && configuration.errors(of: section).isEmpty
  }

  private static func folderProblems(_ configuration: Configuration) -> [ConfigurationProblem] {
    guard let value = configuration.globals[Key.switchModels.name], value.text.hasPrefix("/") else {
      return []
    }
    guard DiskLayout.isFolder(value.text) else {
      return [
        ConfigurationProblem(
          .error, place: "\(configuration.path):\(value.line)",
          "[global] key 'switch_models': '\(value.text)' is not a folder",
          hint: "Make it, or take the line away.")
      ]
    }
    return SwitchModelFolder(path: value.text).files.flatMap { SwitchModelFile.problems(in: $0) }
  }
}

extension BackupError.Message {
  fileprivate static func badModel(
    _ word: String, in section: Section, _ error: BackupError
  ) -> Self {
    "\(section.place(of: .switchType)): section [\(section.name)] key 'switch_type': '\(word)' cannot be used: \(error.message.text)"
  }
  fileprivate static func unknown(_ word: String, in section: Section) -> Self {
    "\(section.place(of: .switchType)): section [\(section.name)] key 'switch_type': '\(word)' is unknown"
  }
  fileprivate static func known(_ names: [String], nearest: String?) -> Self {
    let meant = nearest.map { "Did you mean '\($0)'? " } ?? ""
    return
      "\(meant)Write one of \(names.joined(separator: ", ")), or describe another switch in a file of switch_models."
  }
}
