import Testing

@testable import BackupJobs

@Suite("The schedule of a run")
struct ScheduleTests {
  /// `a:10` is a section that takes 10 seconds on the server `a`, `a` one that never ran.
  private static func entries(_ texts: [String]) -> [Schedule.Entry] {
    texts.enumerated().map { index, text in
      let parts = text.split(separator: ":")
      return Schedule.Entry(
        index: index, server: String(parts[0]), seconds: parts.count > 1 ? Int(parts[1]) : nil)
    }
  }

  /// Plays a run through in which every section takes its seconds (one that is unknown takes 100);
  /// gives the order in which they began, and how long the whole took.
  private static func play(_ texts: [String], jobs: Int, perServer: Int = 1) throws
    -> (order: [Int], seconds: Int)
  {
    let entries = entries(texts)
    var schedule = Schedule(entries, jobs: jobs, perServer: perServer)
    var (order, now): ([Int], Int) = ([], 0)
    var atWork: [(end: Int, index: Int)] = []
    repeat {
      while let index = schedule.next() {
        order.append(index)
        atWork.append((now + (entries[index].seconds ?? 100), index))
        #expect(atWork.count <= jobs)
        let onServer = atWork.count { entries[$0.index].server == entries[index].server }
        #expect(onServer <= perServer)
      }
      let first = try #require(atWork.min { ($0.end, $0.index) < ($1.end, $1.index) })
      now = first.end
      schedule.end(first.index)
      atWork.removeAll { $0.index == first.index }
    } while !atWork.isEmpty || order.count < entries.count
    #expect(order.sorted() == Array(entries.indices))
    return (order, now)
  }

  @Test(
    "begins with what takes longest, and what never ran may take longer than anything",
    arguments: [
      (["a:10", "b:30", "c:20"], [1, 2, 0]), (["a:10", "b", "c:20"], [1, 2, 0]),
      (["a:5", "b:5", "c:5"], [0, 1, 2]), (["a", "b", "c"], [0, 1, 2]),
      (["a:0", "b:0"], [0, 1]), (["a:1"], [0]),
    ])
  func longestFirst(_ texts: [String], _ order: [Int]) throws {
    #expect(try Self.play(texts, jobs: 1).order == order)
  }

  @Test("has all sections of a server in mind, which come one after the other")
  func chains() throws {
    let night = ["a:10", "a:10", "a:10", "a:10", "b:15", "c:15"]
    #expect(try Self.play(night, jobs: 2).order.first == 0)
    #expect(try Self.play(night, jobs: 2).seconds == 40)
    // Two at once there make it half as urgent.
    #expect(try Self.play(night, jobs: 3, perServer: 2).seconds <= 30)
  }

  @Test(
    "never leaves a place empty for which a section may begin",
    arguments: [
      (["a:10", "b:10", "c:10", "d:10"], 4, 10), (["a:10", "b:10", "c:10", "d:10"], 2, 20),
      (["a:40", "b:10", "c:10", "d:10", "e:10"], 2, 40), (["a:10", "a:10"], 8, 20),
      (["a:10", "a:10", "a:10"], 2, 30), (["a:30", "b:10", "b:10", "b:10"], 2, 30),
    ])
  func isTight(_ texts: [String], _ jobs: Int, _ seconds: Int) throws {
    #expect(try Self.play(texts, jobs: jobs).seconds == seconds)
  }

  @Test("is over, at the latest, when all its work divided and the longest section are done")
  func bound() throws {
    var seed = 42
    func random(_ below: Int) -> Int {
      seed = (seed &* 1_103_515_245 &+ 12345) & 0x7fff_ffff
      return seed / 7 % below
    }
    for _ in 0..<200 {
      let texts = (0..<(1 + random(20))).map { "s\($0):\(random(100))" }
      let jobs = 1 + random(5)
      let seconds = Self.entries(texts).compactMap(\.seconds)
      // Graham 1966: true of every order that leaves no place empty.
      let most = seconds.reduce(0, +) / jobs + (seconds.max() ?? 0)
      #expect(try Self.play(texts, jobs: jobs).seconds <= most)
    }
  }

  @Test("of nothing is over at once")
  func empty() {
    var schedule = Schedule([], jobs: 4, perServer: 1)
    #expect(schedule.next() == nil)
  }
}
