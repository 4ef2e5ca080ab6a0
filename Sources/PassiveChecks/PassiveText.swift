import Monitoring

/// A report as the text of a passive result: the one rule for every way to a server.
///
/// Servers and what lies before them disagree about backslashes, tabs and double spaces: Nagios takes
/// `\n` for a line end, NSCA doubles backslashes or not, Icinga's pipe undoes only some of it, and
/// double spaces spoil labels of performance data. So there are none: a backslash becomes `/`,
/// everything else that is not printable was taken out when the report was written. The text is
/// never empty: send_nsca would make a result of the host of one without a text.
package enum PassiveText {
  /// The first line alone, with its performance data, in at most `limit` bytes.
  package static func line(_ report: Report, limit: Int) -> String {
    made(report, ReportForm(detail: .headline, byteBudget: limit + 1), limit: limit)
  }

  /// All lines, performance data on the first, in at most `limit` bytes.
  package static func lines(_ report: Report, limit: Int?) -> String {
    made(report, ReportForm(detail: .normal, byteBudget: limit.map { $0 + 1 }), limit: limit)
  }

  /// All lines without performance data, in at most `limit` bytes.
  package static func prose(_ report: Report, limit: Int? = nil) -> String {
    let form = ReportForm(detail: .normal, figures: .none, byteBudget: limit.map { $0 + 1 })
    return made(report, form, limit: limit)
  }

  /// The figures, as many as fit in `limit` bytes: all of them, or those about all items together.
  package static func figures(_ report: Report, limit: Int) -> [String] {
    let all = report.perfdata.map { safe($0.description) }
    guard all.reduce(0, { $0 + $1.utf8.count + 1 }) > limit else { return all }
    return report.aggregates.map { safe($0.description) }
  }

  /// A text of any origin, such as the name of a target's own message, by the same rule.
  package static func safe(_ text: String) -> String {
    PluginText.clean(text).replacing("\\", with: "/")
  }

  private static func made(_ report: Report, _ form: ReportForm, limit: Int?) -> String {
    let text = report.text(form).replacing("\\", with: "/")
    guard let limit, text.utf8.count > limit else { return text }
    // A budget below that of the shortest answer: the report keeps its first word.
    return PluginText.clean(text, limit: limit)
  }
}
