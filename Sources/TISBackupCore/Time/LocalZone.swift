import Glibc

/// The rule that turns an instant into the wall clock of this server, and back.
///
/// FoundationEssentials knows only GMT, so the offset comes from `localtime_r`. Tests bring a rule
/// of their own.
package struct LocalZone: Sendable {
  /// Seconds east of Greenwich at an epoch second.
  package var offset: @Sendable (Int) -> Int

  package init(offset: @escaping @Sendable (Int) -> Int) { self.offset = offset }

  /// What `TZ` or `/etc/localtime` of this process says.
  package static let system = LocalZone { second in
    var time = time_t(second)
    var parts = tm()
    localtime_r(&time, &parts)
    return parts.tm_gmtoff
  }

  /// Greenwich, all year.
  package static let utc = LocalZone { _ in 0 }

  /// What a clock on this server's wall shows at an instant.
  package func civilTime(at instant: Instant) -> CivilTime {
    let second = instant.seconds
    return CivilTime(
      secondsSince1970: second + offset(second), microsecond: instant.microsecondOfSecond)
  }

  /// Every instant at which the wall shows this time, oldest first.
  ///
  /// Two in the hour that is repeated when summer time ends, none in the hour left out when it
  /// begins.
  package func instants(showing civil: CivilTime) -> [Instant] {
    let wall = civil.secondsSince1970
    // Offsets of real zones lie within a day, so the rule in force is one of these two.
    let (before, after) = (offset(wall - 86_400), offset(wall + 86_400))
    // The larger offset makes the older instant. They differ on a few days of the year only.
    let offsets = before == after ? [before] : [max(before, after), min(before, after)]
    return offsets.map { wall - $0 }.filter { $0 + offset($0) == wall }
      .map { Instant(seconds: $0, microseconds: civil.microsecond) }
  }

  /// The instant a local text without an offset stands for.
  ///
  /// An ambiguous time is taken as its first occurrence, unless that lies before `earliest`: the
  /// older reading makes a backup look older, never fresher, than it is. A time in the hour that
  /// was left out is read with the offset in force before it.
  package func instant(of civil: CivilTime, notBefore earliest: Instant? = nil) -> Instant {
    let candidates = instants(showing: civil)
    if let earliest, let fitting = candidates.first(where: { $0 >= earliest }) { return fitting }
    if let first = candidates.first { return first }
    let wall = civil.secondsSince1970
    return Instant(seconds: wall - offset(wall - 86_400), microseconds: civil.microsecond)
  }

  /// The first instant of the local day that lies `days` before the day of `instant`.
  package func startOfDay(_ days: Int, before instant: Instant) -> Instant {
    let today = civilTime(at: instant)
    let midnight = CivilTime(year: today.year, month: today.month, day: today.day)
    let wanted = CivilTime(secondsSince1970: midnight.secondsSince1970 - days * 86_400)
    return self.instant(of: wanted)
  }
}
