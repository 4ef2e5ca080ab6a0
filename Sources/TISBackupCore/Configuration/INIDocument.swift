/// An ini file as it was written: sections, entries, and all that is wrong with its form.
///
/// The dialect is the one TISBackup reads (Python's `iniparse`), so that an ini means the same to
/// both. What the values mean is not known here.
package struct INIDocument: Sendable, Equatable {
  /// Where the text came from, for messages.
  package var path: String
  /// In the order of the file; a section that was given twice is here once, with all its entries.
  package var sections: [INISection]
  /// The entries of `[DEFAULT]`, which stand behind those of every section.
  package var defaults: [INIEntry]
  /// In the order of the file.
  package var problems: [INIProblem]

  /// Reads any bytes whatever: what cannot be read becomes a problem, and the rest is read.
  ///
  /// UTF-8 with or without a byte order mark; a file that is not UTF-8 is read as Latin-1.
  package init(parsing bytes: some Sequence<UInt8>, path: String) {
    let text = INIText(Array(bytes))
    var parser = INIParser()
    for line in text.lines { parser.take(line) }
    self.path = path
    sections = parser.sections.filter { $0.name != INIParser.defaultsName }
    defaults = parser.sections.first { $0.name == INIParser.defaultsName }?.entries ?? []
    problems = (text.problems + parser.problems).sorted { $0.line < $1.line }
  }

  /// What `key` comes to in `section`: its own value or that of `[DEFAULT]`, interpolated.
  ///
  /// In a value that holds `%(`, `%(other)s` becomes another key of the section, of `[DEFAULT]`,
  /// or the name of the section (`__name__`), and `%%` becomes `%`; any other value is taken as it
  /// is. Nil when the key is given nowhere; throws when a reference leads nowhere.
  package func value(of key: String, in section: INISection) throws(BackupError) -> String? {
    guard let entry = entry(of: key, in: section) else { return nil }
    guard INIInterpolation.hasReference(entry.value) else { return entry.value }
    let interpolation = INIInterpolation(
      place: "\(path):\(entry.line): section [\(section.name)] key '\(entry.key)'",
      known: { Set((section.entries + defaults).map(\.key)).sorted() },
      lookUp: { self.entry(of: $0, in: section)?.value })
    return try interpolation.expand(entry.value)
  }

  private func entry(of key: String, in section: INISection) -> INIEntry? {
    // `__name__` is a word of the format: a key of that name is never seen.
    guard key != "__name__" else {
      return INIEntry(key: key, value: section.name, line: section.line)
    }
    return section[key] ?? defaults.last(of: key)
  }
}
