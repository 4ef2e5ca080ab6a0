/// Puts the lines of an ini file together; what it cannot read becomes a problem, never a stop.
struct INIParser {
  /// The section whose entries stand behind those of all others, and which is none itself.
  static let defaultsName = "DEFAULT"

  private enum Place: Equatable {
    case beforeSections
    case section(Int)
    /// Below a header nobody can read: what stands there belongs to nobody.
    case nowhere
  }

  /// `[DEFAULT]` is one of them.
  private(set) var sections: [INISection] = []
  private(set) var problems: [INIProblem] = []
  private var line = 0
  private var place = Place.beforeSections
  /// Whether there is a value above that a continuation could belong to.
  private var isInValue = false
  private var indexes: [String: Int] = [:]
  /// For each section, the line in which a key was given last.
  private var keyLines: [[String: Int]] = []

  mutating func take(_ text: String) {
    line += 1
    switch INILine(text) {
    case .blank, .comment: break
    case .header(let name): open(name)
    case .brokenHeader(let name): openBroken(name)
    case .entry(let key, let value): add(key, value)
    case .continuation(let text): extend(by: text)
    case .noSeparator: report(.error, .noSeparator, hint: .addSeparator)
    case .noKey: report(.error, .noKey, hint: .addSeparator)
    case .nul: report(.error, .nul, hint: .saveAsText)
    }
  }

  private mutating func open(_ name: String) {
    isInValue = false
    if let index = indexes[name] {
      place = .section(index)
      report(.warning, .sectionAgain(first: sections[index].line), hint: .joinSections)
      return
    }
    indexes[name] = sections.count
    place = .section(sections.count)
    sections.append(INISection(name: name, line: line))
    keyLines.append([:])
  }

  /// A header that lost its bracket still begins a section: its lines must not end up in the one
  /// above, and monitoring should hear about it by its name.
  private mutating func openBroken(_ name: String?) {
    guard let name else {
      (place, isInValue) = (.nowhere, false)
      problems.append(INIProblem(line: line, .error, .noName, hint: .closeHeader("name")))
      return
    }
    open(name)
    report(.error, .brokenHeader, hint: .closeHeader(name))
  }

  private mutating func add(_ key: String, _ value: String) {
    isInValue = place != .beforeSections
    guard case .section(let index) = place else {
      return report(.error, .beforeSections, hint: .addHeader)
    }
    if let before = keyLines[index].updateValue(line, forKey: key) {
      report(.warning, .keyAgain(key, before: before), hint: .removeKey)
    }
    sections[index].entries.append(INIEntry(key: key, value: value, line: line))
  }

  private mutating func extend(by text: String) {
    guard isInValue else { return report(.error, .nothingToContinue, hint: .unindent) }
    guard case .section(let index) = place, let last = sections[index].entries.indices.last
    else { return }
    if let disguise = Self.disguise(of: text) {
      report(
        .warning, .swallowed(disguise, key: sections[index].entries[last].key), hint: .unindent)
    }
    // A value that begins on the next line does not begin with an empty one.
    if !sections[index].entries[last].value.isEmpty { sections[index].entries[last].value += "\n" }
    sections[index].entries[last].value += text
  }

  /// What an indented line was perhaps meant to be instead of more of the value above.
  private static func disguise(of text: String) -> String? {
    switch INILine(text) {
    case .comment: "comment"
    case .header: "section header"
    case .entry where isAssignment(text): "key"
    default: nil
    }
  }

  /// Only a plain word and `=`: a colon is in every URL, and options have a `=` too.
  private static func isAssignment(_ text: String) -> Bool {
    let rest = text.unicodeScalars.drop {
      $0 == "_" || $0.isASCII && ($0.properties.isLowercase || $0.properties.numericType != nil)
    }
    return rest.first { $0 != " " && $0 != "\t" } == "="
  }

  private mutating func report(
    _ severity: INIProblem.Severity, _ message: BackupError.Message, hint: BackupError.Message
  ) {
    switch place {
    case .nowhere: break
    case .beforeSections:
      // One missing header, one problem, however many lines follow.
      guard !problems.contains(where: { $0.severity == .error }) else { return }
      let isOwnFault = message == .nul
      problems.append(
        INIProblem(
          line: line, severity, isOwnFault ? message : .beforeSections,
          hint: isOwnFault ? hint : .addHeader))
    case .section(let index):
      let name = sections[index].name
      problems.append(
        INIProblem(
          line: line, section: name == Self.defaultsName ? nil : name, severity, message,
          hint: hint))
    }
  }
}

extension INIProblem {
  fileprivate init(
    line: Int, section: String? = nil, _ severity: Severity, _ message: BackupError.Message,
    hint: BackupError.Message
  ) {
    self.init(line: line, section: section, severity, message.text, hint: hint.text)
  }
}

extension BackupError.Message {
  // Without the text: it may be a password that slipped into a line of its own.
  fileprivate static let noSeparator: Self =
    "the line is neither a key with a value nor a section header"
  fileprivate static let addSeparator: Self =
    "Write 'key = value', begin a comment with '#', or indent what continues the value above."
  fileprivate static let noKey: Self = "there is no key before the '=' or ':'"
  fileprivate static let nul: Self = "the line holds a NUL byte and is left out"
  fileprivate static let saveAsText: Self = "Save the file as plain UTF-8 text, not UTF-16."
  fileprivate static func sectionAgain(first: Int) -> Self {
    "is given again, first in line \(first); they are read as one"
  }
  fileprivate static let joinSections: Self = "Rename one of them, or join them."
  fileprivate static let brokenHeader: Self = "its header is not of the form [name]"
  fileprivate static let noName: Self =
    "a section header should be of the form [name]; the lines below it are left out"
  fileprivate static func closeHeader(_ name: String) -> Self {
    "Write '[\(name)]' alone in its line, or with a comment after ';'."
  }
  fileprivate static let beforeSections: Self = "text before the first section header is left out"
  fileprivate static let addHeader: Self = "Put it below a '[name]', or begin the line with '#'."
  fileprivate static func keyAgain(_ key: String, before: Int) -> Self {
    "key '\(key)' is given again, before in line \(before); the last one counts"
  }
  fileprivate static let removeKey: Self = "Remove all but one."
  fileprivate static let nothingToContinue: Self =
    "an indented line continues a value, and there is none above"
  fileprivate static func swallowed(_ what: String, key: String) -> Self {
    "an indented \(what) becomes part of the value of '\(key)'"
  }
  fileprivate static let unindent: Self =
    "Remove the white space at the beginning of the line."
}
