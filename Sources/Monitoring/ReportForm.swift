/// How much of a ``Report`` is told; state and figures never depend on ``detail``.
package struct ReportForm: Sendable {
  /// How much is listed below the first line.
  package enum Detail: Sendable {
    /// The first line alone; a lone item is told there at length.
    case headline
    /// What is not OK.
    case brief
    case normal
    /// Every line with what else is known.
    case lengthy
  }

  /// Which figures are told.
  package enum Figures: String, Sendable, CaseIterable {
    case full
    /// Those about all items together; a lone item's are its own.
    case summary
    case none
  }

  package var detail: Detail
  package var figures: Figures
  /// Whether a lone item, already told in the first line, is listed as well.
  package var listsLoneItem: Bool
  /// Bytes of the whole output, its last newline included; nil for as many as there are.
  package var byteBudget: Int?
  /// Added to the summary, such as a word on the exit status; may be empty.
  package var remark: String

  package init(
    detail: Detail = .normal, figures: Figures = .full, listsLoneItem: Bool = false,
    byteBudget: Int? = nil, remark: String = ""
  ) {
    (self.detail, self.figures, self.listsLoneItem) = (detail, figures, listsLoneItem)
    (self.byteBudget, self.remark) = (byteBudget, remark)
  }
}
