import TISBackupCore

/// A configuration beside the last good one.
struct SwitchComparison {
  let isUnchanged: Bool
  /// Whether it is so much shorter that it may be cut, and nothing marks the end of such a one.
  let isSuspect: Bool
  /// For the log: what changed in its first line, and how below.
  let text: String

  init(
    _ copy: SwitchCopy, with last: StoredConfiguration?, of model: SwitchModel, in zone: LocalZone
  ) {
    guard let last else {
      (isUnchanged, isSuspect, text) = (
        false, false, "first configuration, \(Self.size(copy, model))"
      )
      return
    }
    let since = last.time.displayText(in: zone)
    guard model.page == nil else {
      isUnchanged = copy.bytes == last.bytes
      isSuspect = copy.bytes.count < last.bytes.count / 2
      let sizes = "from \(last.bytes.count) to \(copy.bytes.count) bytes"
      text = isUnchanged ? "unchanged since \(since)" : "changed: \(sizes)"
      return
    }
    let (old, new) = (Self.lines(last.bytes), Self.lines(copy.bytes))
    let change = ConfigurationChange(from: old, to: new, of: model)
    isUnchanged = change.isEmpty
    isSuspect = model.endMarker == nil && new.count < old.count / 2
    if isUnchanged {
      text = "unchanged since \(since)"
    } else {
      let counts = "\(change.added) lines added, \(change.removed) removed"
      let doubt = isSuspect ? "; less than half is left, and nothing marks its end" : ""
      text = "changed: \(counts)\(doubt)\n\(change.text)"
    }
  }

  private static func size(_ copy: SwitchCopy, _ model: SwitchModel) -> String {
    model.page == nil ? "\(lines(copy.bytes).count) lines" : "\(copy.bytes.count) bytes"
  }

  private static func lines(_ bytes: [UInt8]) -> [String] {
    bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }.dropLast(while: \.isEmpty)
  }
}

extension [String] {
  /// Without those at the end that are like this.
  fileprivate func dropLast(while isLike: (String) -> Bool) -> [String] {
    let end = lastIndex { !isLike($0) }.map { $0 + 1 } ?? 0
    return Array(self[..<end])
  }
}
