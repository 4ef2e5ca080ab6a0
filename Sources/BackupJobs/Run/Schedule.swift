/// Which section of a run begins next: pure, so that any night can be played through.
///
/// What takes longest begins first, so that the end of the run does not wait for one late giant. On
/// a server that may have only one section at work, all its sections together are what takes long.
struct Schedule {
  /// One section that is to run.
  struct Entry: Equatable {
    /// Its place in the ini, which decides between equals.
    var index: Int
    /// The machine that it burdens.
    var server: String
    /// Seconds that it will take, as the catalog knows it; nil for one that never ran, which may
    /// take longer than any other.
    var seconds: Int?
  }

  /// How many sections may be at work at once.
  private let jobs: Int
  /// How many of them on one server.
  private let perServer: Int
  private var waiting: [Entry]
  private var atWork: [Int: String] = [:]

  init(_ entries: [Entry], jobs: Int, perServer: Int) {
    (waiting, self.jobs, self.perServer) = (entries, max(1, jobs), max(1, perServer))
  }

  /// The index of a section that begins now; nil when none may before another has ended, or none is
  /// left.
  mutating func next() -> Int? {
    guard atWork.count < jobs else { return nil }
    let busy = Dictionary(grouping: atWork.values) { $0 }.mapValues(\.count)
    let loads = Dictionary(grouping: waiting, by: \.server).mapValues { load($0) }
    let free = waiting.indices.filter { busy[waiting[$0].server, default: 0] < perServer }
    let best = free.min { one, other in
      rank(waiting[one], loads) < rank(waiting[other], loads)
    }
    guard let best else { return nil }
    let entry = waiting.remove(at: best)
    atWork[entry.index] = entry.server
    return entry.index
  }

  /// Takes note that a section is done.
  mutating func end(_ index: Int) { atWork[index] = nil }

  /// The smallest goes first.
  private func rank(_ entry: Entry, _ loads: [String: Int]) -> (Int, Int, Int) {
    let own = entry.seconds ?? Self.unknown
    // One after the other takes as long in any order.
    return (jobs == 1 ? 0 : -max(loads[entry.server] ?? 0, own), -own, entry.index)
  }

  /// Seconds until the sections that wait for a server can be done.
  private func load(_ entries: [Entry]) -> Int {
    entries.reduce(0) { $0 + ($1.seconds ?? Self.unknown) } / perServer
  }

  /// Longer than any run, and small enough to be added up.
  private static let unknown = 1_000_000_000
}
