/// The times of a day at which something may begin, by the clock on the wall.
package struct DailyWindows: Sendable, Equatable {
  /// One of them, in minutes since midnight; it goes on over midnight where its end comes first.
  private struct Window: Equatable {
    var begin: Int
    var end: Int

    func contains(_ minute: Int) -> Bool {
      begin < end ? (begin..<end).contains(minute) : minute >= begin || minute < end
    }
  }

  private let windows: [Window]

  /// Reads `22:00-06:00` or `22:00-06:00, 12:30-13:30`; `24:00` is the end of a day.
  ///
  /// Nil for anything else, also for a window that begins when it ends: whoever writes that may mean
  /// never or always.
  package init?(_ text: String) {
    var windows: [Window] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map(Self.minute)
      guard ends.count == 2, let begin = ends[0], let end = ends[1], begin != end, begin < 1440
      else { return nil }
      windows.append(Window(begin: begin, end: end))
    }
    self.windows = windows
  }

  /// Whether something may begin now; the minute at which a window ends is outside of it.
  package func contains(_ time: CivilTime) -> Bool {
    windows.contains { $0.contains(time.hour * 60 + time.minute) }
  }

  private static func minute(_ text: Substring) -> Int? {
    let bare = text.drop { $0 == " " }
    var scanner = DigitScanner(bare.prefix { $0 != " " })
    guard bare.drop(while: { $0 != " " }).allSatisfy({ $0 == " " }), let hour = scanner.number(2),
      scanner.skip(":"), let minute = scanner.number(2), scanner.isAtEnd
    else { return nil }
    let minutes = hour * 60 + minute
    return minute < 60 && minutes <= 1440 ? minutes : nil
  }
}
