import TISBackupCore

/// Figures of many runs or days as bars, each with its own words for who points at it.
struct BarPlot {
  struct Bar {
    /// Nil where nothing is known.
    var value: Double?
    /// `2026-11-28 03:00: 1.2 GiB`.
    var words: String
    /// The class that colours it.
    var css = "bar"
  }

  private static let width = 600
  private static let height = 90

  /// An `svg` element; `label` says what is plotted, `top` what the highest bar stands for.
  static func svg(_ bars: [Bar], label: String, top: (Double) -> String) -> String {
    let highest = bars.compactMap(\.value).max() ?? 0
    let pitch = Double(width) / Double(max(1, bars.count))
    let shapes = bars.enumerated().map { index, bar -> String in
      let share = highest > 0 ? max(0, bar.value ?? 0) / highest : 0
      let tall = max(bar.value == nil ? 0 : 1, share * Double(height))
      return """
        <rect class="\(bar.css)" x="\(text(Double(index) * pitch))" y="\(text(Double(height) - tall))" \
        width="\(text(max(1, pitch - 1)))" height="\(text(tall))"><title>\(PageEscaping.escape(bar.words))</title></rect>
        """
    }
    return """
      <figure><figcaption>\(PageEscaping.escape(label)), at most \(PageEscaping.escape(top(highest)))</figcaption>\
      <svg class="plot" viewBox="0 0 \(width) \(height)" preserveAspectRatio="none" role="img" \
      aria-label="\(PageEscaping.escape(label))">\(shapes.joined())</svg></figure>
      """
  }

  private static func text(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }
}
