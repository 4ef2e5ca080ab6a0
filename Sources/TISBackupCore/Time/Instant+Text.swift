extension Instant {
  /// The form of the catalog: `2026-11-23T19:10:54.805858+01:00`, local with its offset.
  ///
  /// TISBackup cuts the text at the dot, so all six digits are always written; the offset keeps
  /// the hour that is repeated in autumn apart.
  package func catalogText(in zone: LocalZone) -> String {
    let offset = zone.offset(seconds)
    let sign = offset < 0 ? "-" : "+"
    let minutes = abs(offset) / 60
    return isoText(in: zone) + "." + padded(microsecondOfSecond, 6)
      + "\(sign)\(padded(minutes / 60, 2)):\(padded(minutes % 60, 2))"
  }

  /// `2026-11-23T19:10:54+01:00`, for JSON and for scripts.
  package func jsonText(in zone: LocalZone) -> String {
    let full = catalogText(in: zone)
    return String(full.prefix(19) + full.suffix(6))
  }

  /// `2026-11-23 19:10`, for people.
  package func displayText(in zone: LocalZone) -> String {
    String(isoText(in: zone).prefix(16)).replacing("T", with: " ")
  }

  /// `2026-11-23 19:10:54`, for logs.
  package func logText(in zone: LocalZone) -> String {
    isoText(in: zone).replacing("T", with: " ")
  }

  /// Reads `YYYY-MM-DDTHH:MM:SS[.ffffff][+HH:MM|Z]`; without an offset the time is local.
  ///
  /// `earliest` decides which of two local readings is meant in the hour that is repeated.
  package init?(catalogText text: String, in zone: LocalZone, notBefore earliest: Instant? = nil) {
    var scanner = DigitScanner(text)
    guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2),
      scanner.skip("-"), let day = scanner.number(2), scanner.skip("T") || scanner.skip(" "),
      let hour = scanner.number(2), scanner.skip(":"), let minute = scanner.number(2),
      scanner.skip(":"), let second = scanner.number(2)
    else { return nil }
    guard let fraction = scanner.skip(".") ? scanner.fraction() : 0 else { return nil }
    let civil = CivilTime(
      year: year, month: month, day: day, hour: hour, minute: minute, second: second,
      microsecond: fraction)
    guard civil.isValid else { return nil }
    if scanner.isAtEnd {
      self = zone.instant(of: civil, notBefore: earliest)
    } else {
      guard let offset = scanner.offset(), scanner.isAtEnd else { return nil }
      self.init(seconds: civil.secondsSince1970 - offset, microseconds: fraction)
    }
  }

  private func isoText(in zone: LocalZone) -> String {
    let civil = zone.civilTime(at: self)
    return "\(padded(civil.year, 4))-\(padded(civil.month, 2))-\(padded(civil.day, 2))T"
      + "\(padded(civil.hour, 2)):\(padded(civil.minute, 2)):\(padded(civil.second, 2))"
  }
}

/// A number with leading zeros.
package func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// Reads fixed fields of ASCII digits from the front of a text.
struct DigitScanner {
  private var rest: Substring.UTF8View

  init(_ text: some StringProtocol) { rest = Substring(text).utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  mutating func number(_ width: Int) -> Int? {
    var number = 0
    for _ in 0..<width {
      guard let digit = digit() else { return nil }
      number = number * 10 + digit
    }
    return number
  }

  /// One to nine digits after the dot, as microseconds; what is finer is cut.
  mutating func fraction() -> Int? {
    var (fraction, count) = (0, 0)
    while let digit = digit() {
      if count < 6 { fraction = fraction * 10 + digit }
      count += 1
    }
    guard (1...9).contains(count) else { return nil }
    for _ in min(count, 6)..<6 { fraction *= 10 }
    return fraction
  }

  /// `Z`, `+HH:MM` or `+HHMM`, in seconds east of Greenwich.
  mutating func offset() -> Int? {
    if skip("Z") { return 0 }
    let sign = skip("+") ? 1 : skip("-") ? -1 : 0
    guard sign != 0, let hours = number(2) else { return nil }
    _ = skip(":")
    guard let minutes = number(2), hours < 24, minutes < 60 else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }

  private mutating func digit() -> Int? {
    guard let byte = rest.first, (0x30...0x39).contains(byte) else { return nil }
    rest.removeFirst()
    return Int(byte - 0x30)
  }
}
