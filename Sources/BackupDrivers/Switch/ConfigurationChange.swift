import TISBackupCore

/// What differs between two configurations of a switch, as a log may show it.
struct ConfigurationChange: Sendable, Equatable {
  /// Lines of the difference that are shown.
  private static let shown = 200
  /// Lines around a change that are shown with it.
  private static let context = 3
  /// Where more has changed than this on both sides, it is not worth the time to pair lines.
  private static let comparable = 4000

  private enum Step: Equatable {
    case both(String), removed(String), added(String)

    var isChange: Bool { if case .both = self { false } else { true } }
  }

  let added: Int
  let removed: Int
  private let steps: [Step]

  /// Lines that change by themselves are left out on both sides.
  init(from old: [String], to new: [String], of model: SwitchModel) {
    steps = Self.steps(
      from: old.filter { !model.isVolatile($0) }, to: new.filter { !model.isVolatile($0) },
      shown: model.masked)
    added = steps.count { if case .added = $0 { true } else { false } }
    removed = steps.count { if case .removed = $0 { true } else { false } }
  }

  var isEmpty: Bool { added == 0 && removed == 0 }

  /// The difference in the unified form, secrets hidden, cut where it is long.
  var text: String {
    var lines: [String] = []
    for hunk in hunks() {
      lines.append(header(of: hunk))
      for step in steps[hunk] {
        switch step {
        case .both(let line): lines.append(" \(line)")
        case .removed(let line): lines.append("-\(line)")
        case .added(let line): lines.append("+\(line)")
        }
      }
    }
    guard lines.count > Self.shown else { return lines.joined(separator: "\n") }
    let rest = lines.count - Self.shown
    return (lines.prefix(Self.shown) + ["... and \(rest) lines more"]).joined(separator: "\n")
  }

  private static func steps(
    from old: [String], to new: [String], shown: (String) -> String
  ) -> [Step] {
    let head = zip(old, new).prefix { $0 == $1 }.count
    let rest = (old: old.dropFirst(head), new: new.dropFirst(head))
    let tail = zip(rest.old.reversed(), rest.new.reversed()).prefix { $0 == $1 }.count
    let middle = pair(Array(rest.old.dropLast(tail)), Array(rest.new.dropLast(tail)), shown)
    return old.prefix(head).map { .both(shown($0)) } + middle
      + old.suffix(tail).map { .both(shown($0)) }
  }

  private static func pair(_ old: [String], _ new: [String], _ shown: (String) -> String) -> [Step]
  {
    guard max(old.count, new.count) <= comparable else {
      return old.map { .removed(shown($0)) } + new.map { .added(shown($0)) }
    }
    let difference = new.difference(from: old)
    var removals: Set<Int> = []
    var insertions: [Int: String] = [:]
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removals.insert(offset)
      case .insert(let offset, let line, _): insertions[offset] = line
      }
    }
    var steps: [Step] = []
    var newIndex = 0
    func insert() {
      while let line = insertions[newIndex] {
        steps.append(.added(shown(line)))
        newIndex += 1
      }
    }
    for (index, line) in old.enumerated() {
      if removals.contains(index) {
        steps.append(.removed(shown(line)))
      } else {
        insert()
        steps.append(.both(shown(line)))
        newIndex += 1
      }
    }
    insert()
    return steps
  }

  /// The changes with what is around them, those that touch each other as one.
  private func hunks() -> [Range<Int>] {
    var hunks: [Range<Int>] = []
    for index in steps.indices where steps[index].isChange {
      let lower = max(0, index - Self.context)
      let upper = min(steps.count, index + Self.context + 1)
      if let last = hunks.last, lower <= last.upperBound {
        hunks[hunks.count - 1] = last.lowerBound..<upper
      } else {
        hunks.append(lower..<upper)
      }
    }
    return hunks
  }

  /// `@@ -FIRST,COUNT +FIRST,COUNT @@`, lines counted without those that change by themselves.
  private func header(of hunk: Range<Int>) -> String {
    func count(_ range: Range<Int>, without left: (Step) -> Bool) -> Int {
      steps[range].count { !left($0) }
    }
    let isAdded: (Step) -> Bool = { if case .added = $0 { true } else { false } }
    let isRemoved: (Step) -> Bool = { if case .removed = $0 { true } else { false } }
    let before = 0..<hunk.lowerBound
    func side(_ left: (Step) -> Bool) -> String {
      let lines = count(hunk, without: left)
      return "\(count(before, without: left) + (lines > 0 ? 1 : 0)),\(lines)"
    }
    return "@@ -\(side(isAdded)) +\(side(isRemoved)) @@"
  }
}
