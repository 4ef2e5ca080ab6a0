/// What can be wrong with the limits of a section beside each other: pure, as all rules of the ini.
enum LimitRules {
  /// A warning, the limit it must come before, and how both are read.
  private struct Step: Sendable {
    var warning: Key
    var maximum: Key
    var value: @Sendable (Section, Key) -> Int?
  }

  private static let steps = [
    Step(warning: .warningAge, maximum: .maximumAge) { try? $0.number($1) },
    Step(warning: .warningFailures, maximum: .maximumFailures) { try? $0.number($1) },
    Step(warning: .warningSizeChange, maximum: .maximumSizeChange) { try? $0.percent($1) },
    Step(warning: .warningDuration, maximum: .maximumDuration) { try? $0.seconds($1) },
    Step(warning: .warningVerifiedAge, maximum: .maximumVerifiedAge) { try? $0.seconds($1) },
  ]

  static func problems(of section: Section) -> [ConfigurationProblem] {
    steps.compactMap { hidden($0, in: section) } + (sizes(of: section).map { [$0] } ?? [])
  }

  /// A warning beyond its limit is never seen.
  private static func hidden(_ step: Step, in section: Section) -> ConfigurationProblem? {
    guard let first = step.value(section, step.warning),
      let last = step.value(section, step.maximum), first > last
    else { return nil }
    return ConfigurationProblem(
      .warning, section: section.name, place: section.place(of: step.warning),
      "key '\(step.warning.name)' lies beyond '\(step.maximum.name)', so it is never seen",
      hint: "Exchange them?")
  }

  /// Sizes that no backup can have.
  private static func sizes(of section: Section) -> ConfigurationProblem? {
    guard let least = try? section.bytes(.minimumSize),
      let most = try? section.bytes(.maximumSize), least > most
    else { return nil }
    return ConfigurationProblem(
      .error, section: section.name, place: section.place(of: .minimumSize),
      "key 'minimum_size' is larger than 'maximum_size'", hint: "Exchange them?")
  }
}
