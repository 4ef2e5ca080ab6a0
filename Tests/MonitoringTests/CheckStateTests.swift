import Testing

@testable import Monitoring

struct CheckStateTests {
  @Test func `states have the names and the exit statuses of the guidelines`() {
    #expect(CheckState.allCases.map(\.rawValue) == [0, 1, 2, 3])
    #expect(CheckState.allCases.map(\.name) == ["OK", "WARNING", "CRITICAL", "UNKNOWN"])
    #expect(CheckState.allCases.map(\.description) == CheckState.allCases.map(\.name))
  }

  @Test(arguments: [
    ("OK", CheckState.ok), ("ok", .ok), ("Warning", .warning), ("CRITICAL", .critical),
    ("unKNOWN", .unknown),
  ])
  func `a state is found by its name in any case`(_ name: String, _ state: CheckState) {
    #expect(CheckState(name: name) == state)
  }

  @Test(arguments: ["", " OK", "okay", "0", "WARN", "CRIT", "OK\n"])
  func `no other word is a state`(_ name: String) {
    #expect(CheckState(name: name) == nil)
  }

  @Test(arguments: [
    ([], CheckState.unknown), ([.ok], .ok), ([.ok, .warning], .warning),
    ([.warning, .unknown, .ok], .unknown), ([.unknown, .critical], .critical),
    ([.critical, .unknown], .critical), ([.ok, .ok], .ok), ([.unknown], .unknown),
    (CheckState.allCases, .critical),
  ])
  func `the worst is critical, then unknown, then warning, then ok, and nothing is unknown`(
    _ states: [CheckState], _ worst: CheckState
  ) {
    #expect(CheckState.worst(states) == worst)
    #expect(CheckState.worst(states.reversed()) == worst)
  }

  @Test func `the order of states is strict and total`() {
    let order: [CheckState] = [.critical, .unknown, .warning, .ok]
    for (index, one) in order.enumerated() {
      for (place, other) in order.enumerated() {
        #expect(one.isWorse(than: other) == (index < place))
      }
    }
  }
}
