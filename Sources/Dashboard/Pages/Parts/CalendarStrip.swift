import Monitoring
import TISBackupCore

/// The last days of a section as a row of squares, oldest first: one path for each state, so that 500
/// sections fit into a page.
struct CalendarStrip {
  private static let pitch = 7
  private static let side = 6

  /// An `svg` element.
  let svg: String

  init(_ days: [String: DayOfRuns], _ calendar: [String]) {
    var shapes: [String: String] = [:]
    var counts: [String: Int] = [:]
    for (index, day) in calendar.enumerated() {
      let css = days[day].map { StateWord($0.status).css } ?? "none"
      let side = Self.side
      shapes[css, default: ""] += "M\(index * Self.pitch) 0h\(side)v\(side * 2)h-\(side)z"
      counts[css, default: 0] += 1
    }
    let paths = shapes.sorted { $0.key < $1.key }
      .map { "<path class=\"\($0.key)\" d=\"\($0.value)\"/>" }.joined()
    let words = Self.words.compactMap { css, word in
      counts[css].map { "\($0) \($0 == 1 ? "day" : "days") \(word)" }
    }.joined(separator: ", ")
    svg = """
      <svg class="calendar" viewBox="0 0 \(calendar.count * Self.pitch) \(Self.side * 2)" role="img">\
      <title>\(calendar.count) days: \(words)</title>\(paths)</svg>
      """
  }

  private static let words: [(String, String)] = [
    ("ok", "with a good backup"), ("warning", "with a warning"), ("critical", "failed"),
    ("running", "at work"), ("unknown", "unknown"), ("none", "without a run"),
  ]
}
