import OutsideWorld
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("names in the folder of a section", .scratch)
struct CandidateTests {
  private static let date = "20231101-10h00m00"

  /// A type, and the name of a finished backup of the section `web1`.
  static let artifacts: [(String, String)] = [
    ("rsync", date), ("rsync+ssh", date), ("rsync+btrfs", date), ("rsync+btrfs+ssh", date),
    ("mysql+ssh", date), ("pgsql+ssh", date), ("samba4", date),
    ("sqlserver+ssh", "shop-\(date).bak.gz"), ("xen-xva", "web1-\(date).xva"),
    ("xen-meta-data", "xcp_metadata-\(date).dump.gz"),
    ("xcp-dump-metadata", "xcp_metadata-\(date).dump.gz"), ("switch", "web1-\(date).txt"),
    ("switch", "web1-\(date).bin"), ("switch", "web1-\(date).cfg"),
  ]

  private func judge(_ type: String) -> CandidateJudge {
    let values = ["type": Section.Value(type, line: 1)]
    return CandidateJudge(
      section: Section(name: "web1", values: values), folder: ScratchDirectory.path,
      world: Transcript([]).world())
  }

  @Test(arguments: artifacts)
  func `every type knows its own, and what is unfinished of it`(_ type: String, _ name: String) {
    let judge = judge(type)
    #expect(judge.start(of: name) == Instant(seconds: 1_698_832_800))
    #expect(judge.recognises(name) && !judge.isUnfinished(name))
    for suffix in [".partial", ".rsync", ".incomplete"] {
      #expect(judge.isUnfinished(name + suffix) && judge.start(of: name + suffix) == nil)
    }
    for other in [".\(name)", "\(name).json", "x\(name)x", ".trash-\(name)", "\(name).new"] {
      #expect(!judge.recognises(other), "\(other)")
    }
  }

  @Test func `no type that leaves something is without such a name`() {
    let known = Set(Self.artifacts.compactMap { BackupTypes.named($0.0)?.name })
    #expect(known == Set(BackupTypes.all.filter { $0.artifact != .none }.map(\.name)))
  }

  @Test(arguments: [1, 2, 3, 8])
  func `workers answer in the order of the questions, and are never more than they may be`(
    _ jobs: Int
  ) async {
    let atWork = Mutex((now: 0, most: 0))
    let answers = await Workers.map(Array(0..<50), jobs: jobs) { number in
      atWork.withLock { counts in
        counts.now += 1
        counts.most = max(counts.most, counts.now)
      }
      // Long enough for one that should not have begun to begin.
      for _ in 0..<500 { await Task.yield() }
      atWork.withLock { $0.now -= 1 }
      return number * 2
    }
    #expect(answers == (0..<50).map { $0 * 2 })
    #expect(atWork.withLock { $0.now == 0 && (1...jobs).contains($0.most) })
    #expect(await Workers.map([Int](), jobs: jobs) { $0 } == [])
  }

  @Test func `two workers are at work at once`() async {
    let (stream, both) = AsyncStream.makeStream(of: Int.self)
    let answers = await Workers.map([0, 1], jobs: 2) { number in
      both.yield(number)
      // Each waits until the other has begun, too.
      if number == 0 {
        var seen = 0
        for await _ in stream {
          seen += 1
          if seen == 2 { return true }
        }
      }
      return true
    }
    #expect(answers == [true, true])
  }

  @Test func `after a cancellation nothing more is begun`() async {
    let (stream, begun) = AsyncStream.makeStream(of: Void.self)
    let task = Task {
      await Workers.map(Array(0..<20), jobs: 1) { number in
        guard number == 3 else { return number }
        begun.yield()
        while !Task.isCancelled { await Task.yield() }
        return number
      }
    }
    for await _ in stream { break }
    task.cancel()
    #expect(await task.value == [0, 1, 2, 3] + [Int?](repeating: nil, count: 16))
  }
}
