import OutsideWorld
import TISBackupCore

/// Configurations of switches: each model writes its own, so little can be told of a file alone.
///
/// That it is text without what a terminal or a pager leaves, and where it looks like a model that
/// marks the end of a configuration, that this end is there.
package enum SwitchFileProof: ArtifactProof {
  package static let types: [BackupType] = [.switchConfiguration]

  /// No configuration is longer.
  private static let limit = 64 << 20
  /// Lines in which a model shows itself.
  private static let beginning = 60
  private static let binarySuffix = ".bin"

  package static func prove(_ location: String, using world: World) async throws(BackupError)
    -> String?
  {
    let bytes = try SmallFile.bytes(at: location, limit: limit)
    guard !bytes.isEmpty else { throw BackupError(.unproven, .empty(location)) }
    guard !location.hasSuffix(binarySuffix) else { return nil }
    if let offset = bytes.firstIndex(where: isForeign) {
      throw BackupError(.unproven, .noText(location, offset))
    }
    let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    // Of all models: a text says nothing of who wrote it.
    if let index = lines.firstIndex(where: isOfPager) {
      throw BackupError(.unproven, .pager(location, index + 1))
    }
    guard let marker = marker(of: lines) else { return nil }
    guard lines.contains(where: marker.matches) else {
      throw BackupError(.unproven, .noEnd(location, marker.pattern))
    }
    return "text of \(lines.count - 1) lines, with the one that ends it"
  }

  /// Controls that are in no text; TISBackup left the carriage returns in.
  private static func isForeign(_ byte: UInt8) -> Bool {
    byte < 0x20 && ![0x09, 0x0a, 0x0d].contains(byte) || byte == 0x7f
  }

  private static func isOfPager(_ line: String) -> Bool {
    let text = line.trimmingBlanks().lowercased()
    return text.hasPrefix("--more--") || text.hasPrefix("-- more --")
  }

  /// The last line of the model that a file looks like; nil when it looks like none with such a one.
  private static func marker(of lines: [String]) -> LinePattern? {
    let beginning = lines.prefix(beginning)
    return SwitchModels.builtIn.first { model in
      model.endMarker != nil && beginning.contains(where: model.signs.match)
    }?.endMarker
  }
}

extension BackupError.Message {
  fileprivate static func empty(_ location: String) -> Self { "'\(location)' is empty" }
  fileprivate static func noText(_ location: String, _ offset: Int) -> Self {
    "'\(location)' is no text: byte \(offset) is a control character"
  }
  fileprivate static func pager(_ location: String, _ line: Int) -> Self {
    "'\(location)' was paged: line \(line) is the question of a pager"
  }
  fileprivate static func noEnd(_ location: String, _ marker: String) -> Self {
    "'\(location)' is cut short: it has no line '\(marker)'"
  }
}
