/// A plugin's output as a monitoring core reads it: written from the guidelines, sharing nothing
/// with the code that prints.
struct PluginOutput {
  struct Figure: Equatable {
    var label: String
    var value: String
    var unit: String
    /// Warning, critical, minimum and maximum, as many as were given.
    var limits: [String]
  }

  enum Failure: Error { case pipes, label, number, unit, separator, fields }

  var firstText: String
  var figures: [Figure]
  var longText: [String]

  init(parsing output: String) throws(Failure) {
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
    let parts = lines[0].unicodeScalars.split(
      separator: "|", omittingEmptySubsequences: false)
    guard parts.count <= 2, lines.dropFirst().allSatisfy({ !$0.unicodeScalars.contains("|") })
    else { throw .pipes }
    firstText = String(parts[0])
    longText = lines.dropFirst().map(String.init)
    figures = parts.count == 2 ? try Self.figures(in: parts[1]) : []
  }

  private static func figures(in text: Substring.UnicodeScalarView) throws(Failure) -> [Figure] {
    var rest = text
    var figures: [Figure] = []
    while rest.popFirst() == " " {
      let label = try label(&rest)
      guard rest.popFirst() == "=" else { throw .separator }
      let token = rest.prefix { $0 != " " }
      rest = rest[token.endIndex...]
      figures.append(try figure(label, token))
    }
    guard rest.isEmpty else { throw .separator }
    return figures
  }

  /// `'label'`, where two quotes stand for one, or a bare word.
  private static func label(_ rest: inout Substring.UnicodeScalarView) throws(Failure) -> String {
    var label = String.UnicodeScalarView()
    guard rest.first == "'" else {
      label.append(contentsOf: rest.prefix { $0 != "=" && $0 != " " && $0 != "'" })
      rest = rest.dropFirst(label.count)
      if label.isEmpty { throw .label }
      return String(label)
    }
    rest.removeFirst()
    while let scalar = rest.popFirst() {
      if scalar == "'" {
        guard rest.first == "'" else { break }
        rest.removeFirst()
      }
      label.append(scalar)
    }
    if label.isEmpty || label.contains("=") { throw .label }
    return String(label)
  }

  private static func figure(_ label: String, _ token: Substring.UnicodeScalarView)
    throws(Failure) -> Figure
  {
    let fields = token.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
    guard (1...5).contains(fields.count) else { throw .fields }
    let value = fields[0].prefix { "-.0123456789".contains($0) }
    let unit = fields[0].dropFirst(value.count)
    guard isNumber(String(value)) else { throw .number }
    guard ["", "s", "%", "B"].contains(unit) else { throw .unit }
    let limits = Array(fields.dropFirst())
    guard limits.allSatisfy({ $0.isEmpty || isNumber($0) }) else { throw .number }
    return Figure(label: label, value: String(value), unit: String(unit), limits: limits)
  }

  /// The class `[-0-9.]` of the guidelines, and within it a number that a C program reads whole.
  private static func isNumber(_ text: String) -> Bool {
    text.utf8.allSatisfy { "-.0123456789".utf8.contains($0) } && Double(text) != nil
      && !text.hasSuffix(".")
  }
}
