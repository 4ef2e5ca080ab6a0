extension Report {
  /// Decides what of many items fits in the line that listings, pagers and text messages show.
  ///
  /// Counts alone are not enough there: whoever is woken wants to know which, and why.
  struct Summary {
    /// Sorted by name.
    var items: [Item]
    var noun: String
    var allOK: String?

    /// What a line of a terminal holds beside the state; longer only where names need it.
    private static let aim = 100
    /// The most that is ever told, in bytes.
    private static let cap = 160
    /// At most so many items of a state are named.
    private static let named = 3

    /// The summary, clean and never empty.
    var text: String { PluginText.clean(uncut, limit: Self.cap) }

    private var uncut: String {
      guard let first = items.first else { return "nothing to check" }
      if items.count == 1 { return Self.sentence(of: first, limit: .max) }
      let worst = CheckState.worst(items.map(\.state))
      return worst == .ok ? praise : troubles(worst)
    }

    /// What is told of a lone item: its whole sentence, which begins with its name.
    static func sentence(of item: Item, limit: Int) -> String {
      let text = PluginText.clean(item.text, limit: limit)
      return item.printedName + (text.isEmpty ? "" : ": \(text)")
    }

    private var praise: String {
      let given = allOK.map(PluginText.clean) ?? ""
      return given.isEmpty ? "\(items.count) \(noun), all OK" : given
    }

    /// Shortens the sentences until all the names fit.
    private func troubles(_ worst: CheckState) -> String {
      let whole = troubles(worst, limit: Self.cap)
      if whole.utf8.count <= Self.aim { return whole }
      let bare = troubles(worst, limit: 0).utf8.count
      let count = min(Self.named, items.filter { $0.state == worst }.count)
      let room = max((Self.aim - bare) / count, min(40, (Self.cap - bare) / count))
      // A sentence of less than a dozen bytes says nothing; the name alone reads better.
      return troubles(worst, limit: room > 12 ? room - 1 : 0)
    }

    private func troubles(_ worst: CheckState, limit: Int) -> String {
      let affected = items.filter { $0.state == worst }
      let told = affected.map { item in
        let clause = PluginText.clean(Self.firstClause(of: item.text), limit: limit)
        return item.shortName + (clause.isEmpty ? "" : " \(clause)")
      }
      return "\(affected.count) of \(items.count) \(noun): \(Self.list(told))" + lesser(than: worst)
    }

    /// The other states that need a look, with names only.
    private func lesser(than worst: CheckState) -> String {
      let states = CheckState.allCases.filter { worst.isWorse(than: $0) && $0 != .ok }
      let parts = states.sorted { $0.isWorse(than: $1) }.map { state in
        let names = items.filter { $0.state == state }.map(\.shortName)
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
