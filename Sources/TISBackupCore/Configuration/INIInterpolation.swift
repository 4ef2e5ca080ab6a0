/// Replaces the references in a value, as the `ConfigParser` of `iniparse` does.
///
/// It formats the whole value again and again until no `%(` is left, ten times at most; so a `%%`
/// loses one `%` in each round, and only in values that hold `%(`.
struct INIInterpolation {
  private static let rounds = 10
  /// A few keys that each name the next one twice would fill the memory within ten rounds.
  private static let sizeLimit = 1 << 20

  /// `file:line: section [name] key 'key'`, to begin messages with.
  let place: String
  /// The keys that can be referred to, for suggestions.
  let known: () -> [String]
  /// The raw value of a key.
  let lookUp: (String) -> String?

  func expand(_ value: String) throws(BackupError) -> String {
    var value = value
    for _ in 0..<Self.rounds {
      guard Self.hasReference(value) else { return value }
      value = try expandOnce(value)
    }
    guard !Self.hasReference(value) else {
      throw BackupError(.configuration, .endless(place), hint: .breakCycle)
    }
    return value
  }

  static func hasReference(_ value: String) -> Bool {
    zip(value.utf8, value.utf8.dropFirst()).contains { $0 == 0x25 && $1 == 0x28 }
  }

  private func expandOnce(_ value: String) throws(BackupError) -> String {
    var result = ""
    var rest = value.unicodeScalars[...]
    var added = 0
    while let percent = rest.firstIndex(of: "%") {
      result += Substring(rest[..<percent])
      rest = rest[percent...].dropFirst()
      let text = try replacement(&rest)
      result += text
      added += text.utf8.count
      guard added <= Self.sizeLimit else {
        throw BackupError(.configuration, .tooLong(place), hint: .breakCycle)
      }
    }
    return result + Substring(rest)
  }

  /// What stands for the `%` before `rest`; takes off what belongs to it.
  private func replacement(
    _ rest: inout Substring.UnicodeScalarView
  ) throws(BackupError) -> String {
    switch rest.popFirst() {
    case "%": return "%"
    case "(": break
    default: throw BackupError(.configuration, .barePercent(place), hint: .doublePercent)
    }
    guard let end = rest.firstIndex(of: ")"), rest[end...].dropFirst().first == "s" else {
      throw BackupError(.configuration, .malformed(place), hint: .completeReference)
    }
    let name = String(rest[..<end])
    rest = rest[end...].dropFirst(2)
    if let text = lookUp(name) { return text }
    throw BackupError(
      .configuration, .unknown(name, place),
      hint: .addKey(name, nearest: Suggestion.nearest(to: name, among: known())))
  }
}

extension BackupError.Message {
  fileprivate static func endless(_ place: String) -> Self {
    "\(place): the references do not come to an end"
  }
  fileprivate static func tooLong(_ place: String) -> Self {
    "\(place): the references grow beyond 1 MiB"
  }
  fileprivate static let breakCycle: Self =
    "A key must not refer to itself, not through other keys either; ten steps are the limit."
  fileprivate static func barePercent(_ place: String) -> Self {
    "\(place): a '%' stands alone in a value that holds '%('"
  }
  fileprivate static let doublePercent: Self = "Write '%%' for a per cent sign."
  // Without the text: it may be part of a password.
  fileprivate static func malformed(_ place: String) -> Self {
    "\(place): what follows '%(' is not the name of a key and ')s'"
  }
  fileprivate static let completeReference: Self =
    "Write '%(other_key)s' for the value of another key; no value can hold '%(' itself."
  fileprivate static func unknown(_ name: String, _ place: String) -> Self {
    "\(place): '%(\(name))s' names a key that is given neither here nor in [DEFAULT]"
  }
  fileprivate static func addKey(_ name: String, nearest: String?) -> Self {
    let question = nearest.map { "Did you mean '\($0)'? " } ?? ""
    return "\(question)Add '\(name) = ...', or remove it here."
  }
}
