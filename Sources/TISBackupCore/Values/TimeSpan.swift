/// A length of time in whole seconds.
package struct TimeSpan: Sendable, Hashable {
  /// What a number counts, by the letter it is written with; the shortest first.
  package enum Unit: Character, Sendable, CaseIterable {
    case seconds = "s"
    case minutes = "m"
    case hours = "h"
    case days = "d"
    case weeks = "w"

    package var seconds: Int {
      switch self {
      case .seconds: 1
      case .minutes: 60
      case .hours: 3600
      case .days: 86_400
      case .weeks: 604_800
      }
    }

    /// Its name after a number: `hours`.
    package var plural: String { "\(self)" }
  }

  package var seconds: Int

  package init(seconds: Int) { self.seconds = seconds }

  /// Reads `90s`, `1.5h`, `1d2h`, `1w 2d`, or a bare number, which counts in `bareUnit`.
  ///
  /// Units in any case, the larger before the smaller, each once. Nil for anything else: a sign,
  /// an empty text, more seconds than an `Int` holds.
  package init?(_ text: String, bareUnit: Unit) {
    let text = text.lowercased()[...]
    if let bare = DecimalNumber(text) {
      guard let seconds = bare.times(Int64(bareUnit.seconds)) else { return nil }
      self.init(seconds: Int(seconds))
    } else {
      self.init(compound: text)
    }
  }

  /// The same for a value somebody gave; throws an error that shows the right form.
  package init(parsing text: String, bareUnit: Unit) throws(BackupError) {
    guard let span = TimeSpan(text, bareUnit: bareUnit) else {
      throw BackupError(.configuration, .notATimeSpan(text), hint: .rightForm(bareUnit))
    }
    self = span
  }

  private init?(compound text: Substring) {
    var (rest, total) = (text, Int64(0))
    var shortest = Int.max
    while let end = rest.firstIndex(where: \.isLetter) {
      guard let unit = Unit(rawValue: rest[end]), unit.seconds < shortest,
        let part = DecimalNumber(rest[..<end])?.times(Int64(unit.seconds))
      else { return nil }
      let (sum, isTooMuch) = total.addingReportingOverflow(part)
      guard !isTooMuch else { return nil }
      (total, shortest) = (sum, unit.seconds)
      rest = rest[end...].dropFirst()
    }
    guard rest.isEmpty, shortest != .max else { return nil }
    self.init(seconds: Int(total))
  }
}

extension TimeSpan: Comparable {
  package static func < (one: TimeSpan, other: TimeSpan) -> Bool { one.seconds < other.seconds }
}

extension TimeSpan: CustomStringConvertible {
  /// For people, in its two largest units and cut off there: `2d 4h`, `22h 10m`, `7m`, `0s`.
  package var description: String {
    let units: [Unit] = [.days, .hours, .minutes, .seconds]
    let size = seconds.magnitude
    let first = units.firstIndex { size >= $0.seconds } ?? units.count - 1
    let parts = units[first...].prefix(2).map { unit in
      // What the larger unit before it has not taken; the largest has nothing before it.
      let larger = units.prefix { $0 != unit }.last.map { UInt($0.seconds) } ?? .max
      return (count: size % larger / UInt(unit.seconds), unit: unit)
    }
    let shown = parts.enumerated().filter { $0.offset == 0 || $0.element.count > 0 }
    return (seconds < 0 ? "-" : "")
      + shown.map { "\($0.element.count)\($0.element.unit.rawValue)" }.joined(separator: " ")
  }
}

extension BackupError.Message {
  fileprivate static func notATimeSpan(_ text: String) -> Self { "'\(text)' is not a time span" }
  fileprivate static func rightForm(_ unit: TimeSpan.Unit) -> Self {
    "Write a number of \(unit.plural), or one with a unit: 90s, 15m, 30h, 1d12h."
  }
}
