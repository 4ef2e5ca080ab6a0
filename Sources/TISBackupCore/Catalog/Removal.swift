/// When and why cleanup removed a backup, as the last line of its log tells.
///
/// In the log, because the old program shows that, too, and leaves it as it is.
package struct Removal: Sendable, Equatable {
  package var time: Instant
  /// The words of the plan that removed it.
  package var reason: String

  package init(time: Instant, reason: String) { (self.time, self.reason) = (time, reason) }

  private static let mark = "removed "
  private static let separator = ": "

  /// The line that is appended to the log.
  func line(in zone: LocalZone) -> String {
    Self.mark + time.catalogText(in: zone) + Self.separator + reason
  }

  /// What a log tells; nil for one that tells nothing, as of a backup that TISBackup removed.
  package init?(log: String, in zone: LocalZone) {
    guard let line = log.split(separator: "\n").last, line.hasPrefix(Self.mark),
      let colon = line.firstRange(of: Self.separator)
    else { return nil }
    let text = line[..<colon.lowerBound].dropFirst(Self.mark.count)
    guard let time = Instant(catalogText: String(text), in: zone) else { return nil }
    self.init(time: time, reason: String(line[colon.upperBound...]))
  }
}
