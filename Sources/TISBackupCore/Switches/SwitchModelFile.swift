/// A switch model as an administrator describes it: one section `[model]`, with the keys of
/// ``Key/switchModel``.
package struct SwitchModelFile: Sendable {
  /// The only section there is.
  package static let sectionName = "model"
  /// The word for what a built-in model has and this one has not.
  private static let none = "none"
  private static let sizeLimit = 1 << 20

  package let model: SwitchModel

  /// Reads the file; throws at the first thing that is wrong in it.
  package init(path: String) throws(BackupError) {
    try self.init(document: Self.document(at: path))
  }

  /// Takes over what was parsed; the text never touches the disk in tests.
  package init(document: INIDocument) throws(BackupError) {
    if let problem = Self.problems(of: document).first(where: { $0.severity == .error }) {
      throw problem.error
    }
    model = try Self.model(in: document)
  }

  /// All that is wrong in a file.
  package static func problems(in path: String) -> [ConfigurationProblem] {
    do throws(BackupError) {
      // Its section is none of the backup ini's.
      return problems(of: try document(at: path)).map { problem in
        guard let section = problem.section else { return problem }
        var problem = problem
        (problem.section, problem.message) = (nil, "section [\(section)]: \(problem.message)")
        return problem
      }
    } catch {
      return [
        ConfigurationProblem(.error, place: nil, error.message.text, hint: error.hint?.text)
      ]
    }
  }

  private static func document(at path: String) throws(BackupError) -> INIDocument {
    INIDocument(parsing: try SmallFile.bytes(at: path, limit: sizeLimit), path: path)
  }

  private static func problems(of document: INIDocument) -> [ConfigurationProblem] {
    var reader = ConfigurationReader(document)
    let sections = reader.readSections()
    var problems = reader.problems
    problems += sections.filter { $0.name != sectionName }.map { section in
      ConfigurationProblem(
        .error, section: section.name, place: "\(document.path):\(section.line)",
        "is not read: a switch model is one section [\(sectionName)]",
        hint: "Put its keys under [\(sectionName)].")
    }
    guard let section = sections.first(where: { $0.name == sectionName }) else {
      return problems + [
        ConfigurationProblem(
          .error, place: document.path, "needs a section [\(sectionName)]",
          hint: "Begin with '[\(sectionName)]', then 'like = CISCO'.")
      ]
    }
    problems += KeyRules.values(of: section, KeySchema(keys: Key.switchModel))
    guard !problems.contains(where: { $0.severity == .error }) else { return problems }
    do throws(BackupError) {
      _ = try model(in: document)
    } catch {
      problems.append(
        ConfigurationProblem(.error, place: nil, error.message.text, hint: error.hint?.text))
    }
    return problems
  }

  /// Reads a file in which every value is of its form.
  private static func model(in document: INIDocument) throws(BackupError) -> SwitchModel {
    var reader = ConfigurationReader(document)
    let section =
      reader.readSections().first { $0.name == sectionName }
      ?? Section(name: sectionName, path: document.path, values: [:])
    var model = try base(of: section)
    model.name = SwitchModelFolder.name(of: document.path)
    model.aliases = []
    model.summary = section.text(.modelSummary) ?? model.summary
    try takeWords(of: section, into: &model)
    try takeLists(of: section, into: &model)
    if let answers = try answers(.modelGreetings, of: section) { model.greetings = answers }
    if let answers = try answers(.modelAnswers, of: section) { model.answers = answers }
    guard model.transport.isWeb == (model.page != nil) else {
      throw BackupError(
        .configuration, .transport(model.transport, in: section), hint: .rightTransport)
    }
    return model
  }

  private static func base(of section: Section) throws(BackupError) -> SwitchModel {
    guard let word = section.text(.modelLike) else {
      return SwitchModel(name: "", summary: "a switch of your own")
    }
    guard let model = SwitchModels.named(word) else {
      let known = SwitchModels.builtIn.map(\.name)
      throw BackupError(
        .configuration, .unknown(word, in: section),
        hint: .known(known, nearest: Suggestion.nearest(to: word, among: known)))
    }
    return model
  }

  private static func takeWords(of section: Section, into model: inout SwitchModel)
    throws(BackupError)
  {
    if let word = section.text(.modelTransport) {
      model.transport = .init(rawValue: word.lowercased()) ?? model.transport
    }
    if let suffix = section.text(.modelSuffix) { model.suffix = suffix.lowercased() }
    if let word = section.text(.modelEnable) { model.enable = word == none ? nil : word }
    if let word = section.text(.modelEndMarker) {
      model.endMarker = word == none ? nil : LinePattern(word)
    }
    if let number = try section.number(.modelMinimumLines) { model.minimumLines = number }
  }

  private static func takeLists(of section: Section, into model: inout SwitchModel)
    throws(BackupError)
  {
    let patterns: [(Key, WritableKeyPath<SwitchModel, [LinePattern]>)] = [
      (.modelUserPrompts, \.userPrompts), (.modelPasswordPrompts, \.passwordPrompts),
      (.modelRefusals, \.refusals), (.modelPrompts, \.prompts),
      (.modelEnabledPrompts, \.enabledPrompts), (.modelPagers, \.pagers),
      (.modelPreambles, \.preambles), (.modelErrors, \.errors), (.modelVolatile, \.volatile),
      (.modelSecrets, \.secrets),
    ]
    for (key, path) in patterns {
      if let list = try list(key, of: section) {
        model[keyPath: path] = list.map { LinePattern($0) }
      }
    }
    let commands: [(Key, WritableKeyPath<SwitchModel, [String]>)] = [
      (.modelNoPaging, \.preparations), (.modelCommands, \.commands), (.modelExtras, \.extras),
      (.modelGoodbyes, \.goodbyes),
    ]
    for (key, path) in commands {
      if let list = try list(key, of: section) { model[keyPath: path] = list }
    }
  }

  /// The words of a list; `none` alone is an empty one, and a key that is not given nil.
  private static func list(_ key: Key, of section: Section) throws(BackupError) -> [String]? {
    guard section.text(key) != nil else { return nil }
    let words = try section.names(key).map(\.pattern)
    return words == [none] ? [] : words
  }

  private static func answers(_ key: Key, of section: Section) throws(BackupError)
    -> [SwitchModel.Answer]?
  {
    guard let list = try list(key, of: section) else { return nil }
    guard list.count.isMultiple(of: 2) else {
      throw BackupError(
        .configuration, .oddAnswers(list.count, key, in: section), hint: .pairs(key))
    }
    return stride(from: 0, to: list.count, by: 2).map { index in
      SwitchModel.Answer(LinePattern(list[index]), list[index + 1])
    }
  }
}

extension BackupError.Message {
  fileprivate static func unknown(_ word: String, in section: Section) -> Self {
    "\(section.place(of: .modelLike)): section [model] key 'like': '\(word)' is no built-in model"
  }
  fileprivate static func known(_ names: [String], nearest: String?) -> Self {
    let meant = nearest.map { "Did you mean '\($0)'? " } ?? ""
    return "\(meant)Write one of \(names.joined(separator: ", "))."
  }
  fileprivate static func oddAnswers(_ count: Int, _ key: Key, in section: Section) -> Self {
    "\(section.place(of: key)): section [model] key '\(key.name)': \(count) texts are no pairs"
  }
  fileprivate static func pairs(_ key: Key) -> Self {
    "Write each question with what is typed to it: \(key.name) = \"Save? \\[y/n\\]*\",\"n\"."
  }
  fileprivate static func transport(_ word: SwitchModel.Transport, in section: Section) -> Self {
    "\(section.place(of: .modelTransport)): section [model] key 'transport': '\(word.rawValue)' is not for such a switch"
  }
  fileprivate static let rightTransport: Self =
    "Write telnet or ssh for a switch with a command line; http and https are for one that is 'like' a switch with web pages."
}
