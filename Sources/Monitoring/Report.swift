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
    /// What else is known, told only when more is asked for; may be empty.
    package var detail: String
    package var perfdata: [Perfdata]

    package init(
      name: String, state: CheckState, text: String, detail: String = "", perfdata: [Perfdata]
    ) {
      (self.name, self.state, self.text, self.detail) = (name, state, text, detail)
      self.perfdata = perfdata
    }
  }

  /// The word that begins the first line, `TISBACKUP`.
  package let plugin: String
  /// Sorted by name.
  package let items: [Item]
  /// What was judged beside the items, such as the file system they lie on; never counted as items.
  ///
  /// Sorted by name; their figures are among the aggregates.
  package let others: [Item]
  /// Figures about all items together.
  package let aggregates: [Perfdata]

  let noun: String
  let allOK: String?
  private let singleItemHasNoList: Bool

  /// Collects what is to be told.
  ///
  /// - Parameters:
  ///   - plugin: the word that begins the first line.
  ///   - items: what was judged, in any order.
  ///   - others: what was judged beside them, in any order.
  ///   - aggregates: figures about all items together, printed first and in this order.
  ///   - noun: what several items are called.
  ///   - allOK: the summary of several items that are all OK; nil for `12 sections, all OK`.
  ///   - singleItemHasNoList: whether a lone item, already told in the summary, gets no line below.
  package init(
    plugin: String, items: [Item], others: [Item] = [], aggregates: [Perfdata] = [],
    noun: String = "sections", allOK: String? = nil, singleItemHasNoList: Bool = true
  ) {
    (self.plugin, self.aggregates, self.noun) = (plugin, aggregates, noun)
    self.items = items.sorted { $0.name < $1.name }
    self.others = others.sorted { $0.name < $1.name }
    (self.allOK, self.singleItemHasNoList) = (allOK, singleItemHasNoList)
  }

  /// The worst state of all items; unknown when there are none.
  package var state: CheckState { .worst(items.map(\.state) + others.map(\.state)) }

  /// All figures, in an order that does not depend on states, so that graphs stay comparable.
  package var perfdata: [Perfdata] { aggregates + items.flatMap(\.perfdata) }

  /// The problem itself in at most 160 bytes, the part of a notification that everybody sees.
  package var summary: String { Summary(self).text }

  /// The whole output, without a newline at its end: one line, then one for each item that is
  /// listed, worst first.
  package func text(_ form: ReportForm = ReportForm()) -> String {
    let isTold = isToldBySummary && !form.listsLoneItem && form.detail != .lengthy
    let listed = isTold || form.detail == .headline ? [] : byState
    let summary = form.detail == .headline ? Summary(self).headline : summary
    let draft = ReportDraft(
      head: PluginText.clean("\(plugin) \(state.name) - \(summary)\(form.remark)"),
      figures: figures(form.figures),
      lines: listed.filter { form.detail != .brief || $0.state != .ok }
        .map { .init(state: $0.state, text: $0.line(lengthy: form.detail == .lengthy)) })
    return draft.text(within: form.byteBudget)
  }

  private func figures(_ wanted: ReportForm.Figures) -> [ReportDraft.Part] {
    let hasAggregates = !aggregates.isEmpty
    let ofAll = hasAggregates ? [ReportDraft.Part(figures: aggregates, state: nil)] : []
    switch wanted {
    case .none: return []
    case .summary where hasAggregates: return ofAll
    case .summary, .full:
      return ofAll
        + items.filter { !$0.perfdata.isEmpty }.map { .init(figures: $0.perfdata, state: $0.state) }
    }
  }

  /// A summary that had to be cut does not tell the item's whole sentence.
  private var isToldBySummary: Bool {
    guard singleItemHasNoList, let item = (items + others).first, items.count + others.count == 1
    else { return false }
    return summary.utf8.count == Summary.sentence(of: item, limit: .max).utf8.count
  }

  /// Worst first, and by name among equals; what is beside the items stands before them.
  package var byState: [Item] {
    let states = CheckState.allCases.sorted { $0.isWorse(than: $1) }
    return states.flatMap { state in (others + items).filter { $0.state == state } }
  }
}

extension Report.Item {
  /// Icinga Web colours `[OK]` and its like, so the token must be exactly that.
  fileprivate func line(lengthy: Bool) -> String {
    let detail = lengthy && !detail.isEmpty ? (text.isEmpty ? "" : "; ") + detail : ""
    let text = PluginText.clean(text + detail, limit: 1000)
    return "\\_ [\(state.name)] \(printedName)" + (text.isEmpty ? "" : " - \(text)")
  }

  /// The name on one line and never empty.
  package var printedName: String {
    let name = PluginText.clean(name, limit: 100)
    return name.isEmpty ? "(unnamed)" : name
  }
}
