/// The answer of one ``CheckRule``.
package struct Finding: Sendable, Equatable {
  package var state: CheckState
  /// A clause without a final stop, such as `last OK 22h ago (limit 30h)`; may be empty.
  package var text: String
  package var perfdata: [Perfdata]

  package init(_ state: CheckState, _ text: String, perfdata: [Perfdata] = []) {
    (self.state, self.text, self.perfdata) = (state, text, perfdata)
  }
}
