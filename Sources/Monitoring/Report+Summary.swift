extension Report {
  /// Decides what of many items fits in the line that listings, pagers and text messages show.
  ///
  /// Counts alone are not enough there: whoever is woken wants to know which, and why.
  struct Summary {
    private let report: Report
    /// Items and what was judged beside them.
    private let all: [Item]

    /// What a line of a terminal holds beside the state; longer only where names need it.
    private static let aim = 100
    /// The most that is ever told, in bytes.
    private static let cap = 160
    /// The same where there is no list below that could tell the rest of a lone item.
    private static let headlineCap = 1000
    /// At most so many items of a state are named.
    private static let named = 3

    init(_ report: Report) {
      self.report = report
      all = report.others + report.items
    }

    /// The summary, clean and never empty.
    var text: String { PluginText.clean(uncut, limit: Self.cap) }

    /// The summary where nothing follows it: a lone item has its whole sentence.
    var headline: String { PluginText.clean(uncut, limit: Self.headlineCap) }

    private var uncut: String {
      guard let first = all.first else { return "nothing to check" }
      if all.count == 1 { return Self.sentence(of: first, limit: .max) }
      // What is well beside a lone item goes without saying.
      if report.items.count == 1, report.others.allSatisfy({ $0.state == .ok }) {
        return Self.sentence(of: report.items[0], limit: .max)
      }
      return report.state == .ok ? praise : troubles
    }

    /// What is told of a lone item: its whole sentence, which begins with its name.
    static func sentence(of item: Item, limit: Int) -> String {
      let text = PluginText.clean(item.text, limit: limit)
      return item.printedName + (text.isEmpty ? "" : ": \(text)")
    }

    private var praise: String {
      let given = report.allOK.map(PluginText.clean) ?? ""
      return given.isEmpty ? "\(report.items.count) \(report.noun), all OK" : given
    }

    /// Shortens the sentences until all the names fit.
    private var troubles: String {
      let worst = report.state
      let whole = troubles(worst, limit: Self.cap)
      if whole.utf8.count <= Self.aim { return whole }
      let bare = troubles(worst, limit: 0).utf8.count
      let count = min(Self.named, all.filter { $0.state == worst }.count)
      let room = max((Self.aim - bare) / count, min(40, (Self.cap - bare) / count))
      // A sentence of less than a dozen bytes says nothing; the name alone reads better.
      return troubles(worst, limit: room > 12 ? room - 1 : 0)
    }

    private func troubles(_ worst: CheckState, limit: Int) -> String {
      func told(_ items: [Item]) -> [String] {
        items.filter { $0.state == worst }.map { item in
          let clause = PluginText.clean(Self.firstClause(of: item.text), limit: limit)
          return item.shortName + (clause.isEmpty ? "" : " \(clause)")
        }
      }
      let (others, items) = (told(report.others), told(report.items))
      let counted = "\(items.count) of \(report.items.count) \(report.noun): \(Self.list(items))"
      let parts = (others.isEmpty ? [] : [Self.list(others)]) + (items.isEmpty ? [] : [counted])
      return parts.joined(separator: "; ") + lesser(than: worst)
    }

    /// The other states that need a look, with names only.
    private func lesser(than worst: CheckState) -> String {
      let states = CheckState.allCases.filter { worst.isWorse(than: $0) && $0 != .ok }
      let parts = states.sorted { $0.isWorse(than: $1) }.map { state in
        let names = all.filter { $0.state == state }.map(\.shortName)
        return names.isEmpty
          ? "" : "; \(names.count) \(state.name.lowercased()): \(Self.list(names))"
      }
      return parts.joined()
    }

    private static func firstClause(of text: String) -> String {
      let text = PluginText.clean(text)
      var end = text.startIndex
      while end < text.endIndex, !text[end...].hasPrefix("; ") { end = text.index(after: end) }
      return String(text[..<end])
    }

    private static func list(_ told: [String]) -> String {
      let more = told.count > named ? ["+\(told.count - named) more"] : []
      return (told.prefix(named) + more).joined(separator: ", ")
    }
  }
}

extension Report.Item {
  /// The name as the summary shows it: three of them must fit.
  fileprivate var shortName: String { PluginText.clean(printedName, limit: 30) }
}
