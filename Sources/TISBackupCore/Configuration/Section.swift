/// One backup of the ini file: its own values, and those of `[global]` behind them.
package struct Section: Sendable, Equatable {
  /// A value, and the line of the ini file it came from.
  package struct Value: Sendable, Equatable {
    package var text: String
    package var line: Int

    package init(_ text: String, line: Int) { (self.text, self.line) = (text, line) }

    fileprivate var isGiven: Bool { !text.isEmpty }
  }

  package var name: String
  /// The ini file, for messages.
  package var path: String
  /// The line of its header.
  package var line: Int
  package var values: [String: Value]
  /// The values of `[global]`.
  package var globals: [String: Value]

  package init(
    name: String, path: String = "tisbackup-config.ini", line: Int = 1,
    values: [String: Value], globals: [String: Value] = [:]
  ) {
    (self.name, self.path, self.line) = (name, path, line)
    (self.values, self.globals) = (values, globals)
  }

  /// What a key comes to: the section's own value, that of `[global]`, or the default.
  ///
  /// An empty value counts as none, as it does in TISBackup.
  package func text(_ key: Key) -> String? { value(key)?.text ?? key.fallback }

  /// The type as the ini says it, for types this suite does not know too.
  package var typeName: String { text(.type) ?? "" }

  /// What is known of its type; nil when the word is unknown.
  package var type: BackupType? { BackupTypes.named(typeName) }

  /// Who logs in on that machine.
  ///
  /// Of `sqlserver+ssh` that is `username`, the only key TISBackup heeds there, then `remote_user`,
  /// which everybody would try; with neither, the default of `username`.
  package var login: String {
    let hasOwn = type?.keys.contains { $0.name == Key.windowsLogin.name } == true
    let own = hasOwn ? value(.windowsLogin)?.text : nil
    let fallback = hasOwn ? Key.windowsLogin.fallback : Key.remoteUser.fallback
    return own ?? value(.remoteUser)?.text ?? fallback ?? "root"
  }

  /// The machine that is backed up, empty when the ini does not say.
  package var server: String { text(.serverName) ?? "" }

  package func require(_ key: Key) throws(BackupError) -> String {
    guard let text = text(key) else {
      throw BackupError(
        .configuration, .missing(key.name, in: self), hint: .addKey(key))
    }
    return text
  }

  package func flag(_ key: Key) -> Bool { text(key).map(YesNo.legacy) ?? false }

  /// A whole number; nil when it is given nowhere and has no default.
  package func number(_ key: Key) throws(BackupError) -> Int? {
    guard let text = text(key) else { return nil }
    try check(key, text)
    return Int(text)
  }

  /// Seconds; nil when it is given nowhere and has no default.
  package func seconds(_ key: Key) throws(BackupError) -> Int? {
    guard let text = text(key), case .span(let unit) = key.form else { return nil }
    try check(key, text)
    return TimeSpan(text, bareUnit: unit)?.seconds
  }

  /// When a run of it may begin; nil when that is at any time.
  package func windows(_ key: Key) throws(BackupError) -> DailyWindows? {
    guard let text = text(key) else { return nil }
    try check(key, text)
    return DailyWindows(text)
  }

  /// Bytes; nil when it is given nowhere and has no default.
  package func bytes(_ key: Key) throws(BackupError) -> Int64? {
    guard let text = text(key) else { return nil }
    try check(key, text)
    return ByteCount(text)?.bytes
  }

  /// Whole percents; nil when it is given nowhere and has no default.
  package func percent(_ key: Key) throws(BackupError) -> Int? {
    guard let text = text(key) else { return nil }
    try check(key, text)
    return Key.percent(text)
  }

  /// Words for a program, split as a shell would, with nothing expanded.
  package func words(_ key: Key) throws(BackupError) -> [String] {
    guard let text = text(key) else { return [] }
    try check(key, text)
    return try ShellWords.split(text)
  }

  /// Patterns that are left out of a backup, rid of their quotes.
  package func patterns(_ key: Key) throws(BackupError) -> [String] {
    guard let text = text(key) else { return [] }
    try check(key, text)
    return try ExcludeList.parse(text)
  }

  /// Names with wildcards, rid of their quotes.
  package func names(_ key: Key) throws(BackupError) -> [Glob] {
    guard let text = text(key) else { return [] }
    try check(key, text)
    return try NamePatterns.parse(text).map(Glob.init)
  }

  /// `file:line` of a key, or of the section when it is not given.
  package func place(of key: Key) -> String {
    "\(path):\(value(key)?.line ?? line)"
  }

  private func value(_ key: Key) -> Value? {
    if let own = values[key.name], !own.text.isEmpty { return own }
    if key.isSecret, let own = key.names.lazy.compactMap({ values[$0] }).first(where: \.isGiven) {
      return own
    }
    guard let global = key.globalName.flatMap({ globals[$0] }), !global.text.isEmpty else {
      return nil
    }
    return global
  }

  private func check(_ key: Key, _ text: String) throws(BackupError) {
    guard let problem = key.problem(with: text) else { return }
    throw BackupError(
      .configuration, .badValue(text, key, in: self, problem.message),
      hint: .init(problem.hint))
  }
}

extension BackupError.Message {
  fileprivate static func missing(_ key: String, in section: Section) -> Self {
    "\(section.path):\(section.line): section [\(section.name)] needs the key '\(key)'"
  }
  fileprivate static func addKey(_ key: Key) -> Self {
    key.globalName == nil
      ? "Add '\(key.name) = ...': \(key.help)."
      : "Add '\(key.name) = ...' there or in [global]: \(key.help)."
  }
  fileprivate static func badValue(
    _ text: String, _ key: Key, in section: Section, _ problem: String
  ) -> Self {
    let shown = key.isSecret ? "***" : text
    return
      "\(section.place(of: key)): section [\(section.name)] key '\(key.name)': '\(shown)' \(problem)"
  }
}
