/// The judged items of one check and how a monitoring core is told about them.
///
/// The first line carries the state, a summary and all performance data; every item then has a line
/// of its own. Performance data stays on the first line because transports cut the tail: a cut text
/// is harmless, a cut number is wrong.
package struct Report: Sendable {
  /// One judged thing, such as a section of the configuration.
  package struct Item: Sendable, Equatable {
    /// As the administrator wrote it; made safe only when printed.
    package var name: String
    package var state: CheckState
    /// What is told of it, the clause that explains the state first.
    ///
    /// Clauses are joined with `; `. The text may be of any length.
    package var text: String
    package var perfdata: [Perfdata]

    package init(name: String, state: CheckState, text: String, perfdata: [Perfdata]) {
      (self.name, self.state, self.text, self.perfdata) = (name, state, text, perfdata)
    }
  }

  /// The word that begins the first line, `TISBACKUP`.
  package let plugin: String
  /// Sorted by name.
  package let items: [Item]
  /// Figures about all items together.
  package let aggregates: [Perfdata]

  private let noun: String
  private let allOK: String?
  private let singleItemHasNoList: Bool

  /// Collects what is to be told.
  ///
  /// - Parameters:
  ///   - plugin: the word that begins the first line.
  ///   - items: what was judged, in any order.
  ///   - aggregates: figures about all items together, printed first and in this order.
  ///   - noun: what several items are called.
  ///   - allOK: the summary of several items that are all OK; nil for `12 sections, all OK`.
  ///   - singleItemHasNoList: whether a lone item, already told in the summary, gets no line below.
  package init(
    plugin: String, items: [Item], aggregates: [Perfdata] = [], noun: String = "sections",
    allOK: String? = nil, singleItemHasNoList: Bool = true
  ) {
    (self.plugin, self.aggregates, self.noun) = (plugin, aggregates, noun)
    self.items = items.sorted { $0.name < $1.name }
    (self.allOK, self.singleItemHasNoList) = (allOK, singleItemHasNoList)
  }

  /// The worst state of all items; unknown when there are none.
  package var state: CheckState { .worst(items.map(\.state)) }

  /// All figures, in an order that does not depend on states, so that graphs stay comparable.
  package var perfdata: [Perfdata] { aggregates + items.flatMap(\.perfdata) }

  /// The problem itself in at most 160 bytes, the part of a notification that everybody sees.
  package var summary: String { Summary(items: items, noun: noun, allOK: allOK).text }

  /// The whole output, without a newline at its end.
  ///
  /// - Parameter verbosity: from 1 on, a lone item is listed too. State and performance data never
  ///   depend on it.
  /// - Returns: one line, then one for each item, worst first.
  package func text(verbosity: Int = 0) -> String {
    let lines = isToldBySummary && verbosity < 1 ? [] : sortedByState.map(Self.line)
    return ([firstLine] + lines).joined(separator: "\n")
  }

  private var firstLine: String {
    let told = "\(PluginText.clean(plugin)) \(state.name) - \(summary)"
    return perfdata.isEmpty
      ? told : told + " | " + perfdata.map(\.description).joined(separator: " ")
  }

  /// A summary that had to be cut does not tell the item's whole sentence.
  private var isToldBySummary: Bool {
    guard singleItemHasNoList, let item = items.first, items.count == 1 else { return false }
    return summary.utf8.count == Summary.sentence(of: item, limit: .max).utf8.count
  }

  /// Worst first, and by name among equals.
  private var sortedByState: [Item] {
    let states = CheckState.allCases.sorted { $0.isWorse(than: $1) }
    return states.flatMap { state in items.filter { $0.state == state } }
  }

  /// Icinga Web colours `[OK]` and its like, so the token must be exactly that.
  private static func line(for item: Item) -> String {
    let text = PluginText.clean(item.text, limit: 1000)
    return "\\_ [\(item.state.name)] \(item.printedName)" + (text.isEmpty ? "" : " - \(text)")
  }
}

extension Report.Item {
  /// The name on one line and never empty.
  var printedName: String {
    let name = PluginText.clean(name, limit: 100)
    return name.isEmpty ? "(unnamed)" : name
  }
}
