/// The date in the name of a backup on disk: `YYYYMMDD-HHhMMmSS`, local time, as TISBackup wrote it.
package enum SnapshotName {
  /// How many characters every such date has.
  package static let length = 17

  /// The name of a backup that starts at an instant.
  package static func text(for start: Instant, in zone: LocalZone) -> String {
    let civil = zone.civilTime(at: start)
    return "\(padded(civil.year, 4))\(padded(civil.month, 2))\(padded(civil.day, 2))-"
      + "\(padded(civil.hour, 2))h\(padded(civil.minute, 2))m\(padded(civil.second, 2))"
  }

  /// The start a name stands for, or nil when the text is not exactly such a name.
  package static func start(of name: some StringProtocol, in zone: LocalZone) -> Instant? {
    var scanner = DigitScanner(name)
    guard let year = scanner.number(4), let month = scanner.number(2), let day = scanner.number(2),
      scanner.skip("-"), let hour = scanner.number(2), scanner.skip("h"),
      let minute = scanner.number(2), scanner.skip("m"), let second = scanner.number(2),
      scanner.isAtEnd
    else { return nil }
    let civil = CivilTime(
      year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    return civil.isValid ? zone.instant(of: civil) : nil
  }
}
