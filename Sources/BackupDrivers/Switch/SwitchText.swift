import TISBackupCore

/// The configuration of a switch, out of what it answered.
struct SwitchText: Sendable, Equatable {
  /// Without anything around it, and with what was asked beside it behind.
  let lines: [String]
  /// How many of them are the configuration itself.
  let count: Int

  /// Throws when it is not whole.
  init(_ reading: SwitchReading, of model: SwitchModel, section: String) throws(BackupError) {
    let body = Self.body(reading.configuration.lines, of: model)
    let command = reading.configuration.command
    if let marker = model.endMarker, body.last.map(marker.matches) != true {
      throw BackupError(
        .driver, .noEnd(section, command, marker.pattern, body.count), hint: .cutShort)
    }
    guard body.count >= max(1, model.minimumLines) else {
      throw BackupError(
        .driver, .tooShort(section, command, body.count, model.minimumLines), hint: .cutShort)
    }
    let behind = reading.extras.flatMap { answer in
      ["", "! \(answer.command)"] + Self.trimmed(answer.lines)
    }
    (lines, count) = (body + behind, body.count)
  }

  /// As it is kept.
  var bytes: [UInt8] { Array((lines.joined(separator: "\n") + "\n").utf8) }

  private static func body(_ lines: [String], of model: SwitchModel) -> [String] {
    var body = trimmed(lines)[...]
    while let first = body.first, first.trimmingBlanks().isEmpty || model.preambles.match(first) {
      body = body.dropFirst()
    }
    return Array(body)
  }

  /// Without empty lines at its edges.
  private static func trimmed(_ lines: [String]) -> [String] {
    let inner = lines.drop { $0.trimmingBlanks().isEmpty }
    let end = inner.lastIndex { !$0.trimmingBlanks().isEmpty }.map { $0 + 1 } ?? inner.startIndex
    return Array(inner[inner.startIndex..<end])
  }
}

extension BackupError.Message {
  fileprivate static func noEnd(
    _ section: String, _ command: String, _ marker: String, _ count: Int
  ) -> Self {
    "section [\(section)]: '\(command)' gave \(count) lines without the last one, '\(marker)'"
  }
  fileprivate static func tooShort(
    _ section: String, _ command: String, _ count: Int, _ minimum: Int
  ) -> Self {
    "section [\(section)]: '\(command)' gave \(count) lines, and no configuration has less than \(minimum)"
  }
  fileprivate static let cutShort: Self =
    "Nothing was kept of it. Is switch_type right, and may the login see all of the configuration?"
}
