/// One question asked of facts that were gathered before; the answer depends on nothing else.
package protocol CheckRule<Facts>: Sendable {
  /// What the question is about, complete with limits and the time of the check.
  associatedtype Facts

  /// Judges the facts; must not touch the world, nor fail.
  func evaluate(_ facts: Facts) -> Finding
}
