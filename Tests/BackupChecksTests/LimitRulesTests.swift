import BackupChecks
import Monitoring
import TISBackupCore
import TISBackupTestSupport
import Testing

/// The rules that compare one figure with its limits.
struct LimitRulesTests {
  private static let mebibyte: Int64 = 1 << 20

  private func good(_ bytes: Int64? = nil, took: Int = 420) -> BackupRecord {
    .run(.ok, ended: 3600, took: took) { $0.bytes = bytes }
  }

  @Test(
    arguments: [
      (nil, nil, .ok, ""), ("200000000", nil, .ok, ""),
      ("1000", nil, .warning, "size 100 MiB (warn 1000 B)"),
      (nil, "1073741824:", .critical, "size 100 MiB (limit at least 1 GiB)"),
      ("1:2", "@1:200000000", .critical, "size 100 MiB (limit not 1 B to 191 MiB)"),
    ] as [(String?, String?, CheckState, String)])
  func `the size of the last good backup`(
    _ warning: String?, _ critical: String?, _ state: CheckState, _ text: String
  ) throws {
    let limits = try Limits.of(warning, critical)
    let finding = Size().evaluate(
      .web1([good(100 * Self.mebibyte)]) { $0.limits.size = limits })
    #expect(finding.state == state)
    #expect(finding.text == text)
    #expect(finding.perfdata.map(\.label) == ["web1_size"])
    #expect(finding.perfdata[0].warning == limits.warning)
  }

  @Test func `size and new data are figures where the catalog has them`() {
    let run = BackupRecord.run(.ok, ended: 60) { ($0.bytes, $0.writtenBytes) = (1000, 10) }
    #expect(
      Size().evaluate(.web1([run])).perfdata.map(\.description)
        == ["'web1_size'=1000B;;;0", "'web1_written'=10B;;;0"])
    #expect(Size().evaluate(.web1([good()])).perfdata == [])
    #expect(Size().evaluate(.web1()) == Finding(.ok, ""))
  }

  @Test(
    arguments: [
      // Size in MiB, those before it, range, least change in bytes, state, text.
      (
        120, [414, 414, 400, 500, 414, 10, 9000], "-30:", 0, .warning,
        "size 120 MiB is -71% vs median 414 MiB of 7 runs (warn -30%)"
      ),
      (120, [100, 100, 100], "-30:", 0, .ok, ""), (900, [100, 100, 100], "-30:", 0, .ok, ""),
      (
        900, [100, 100, 100], "-50:50", 0, .warning,
        "size 900 MiB is +800% vs median 100 MiB of 3 runs (warn +50%)"
      ),
      (150, [100, 100, 100], "-50:50", 0, .ok, ""), (50, [100, 100, 100], "-50:50", 0, .ok, ""),
      (49, [100, 100, 100], "-50:50", 60 << 20, .ok, ""),
      (
        49, [100, 100, 100], "-50:50", 51 << 20, .warning,
        "size 49 MiB is -51% vs median 100 MiB of 3 runs (warn -50%)"
      ),
      (100, [50, 150, 90, 110], "0", 0, .ok, ""),
      (100, [1, 1], "0", 0, .ok, "size change not judged: 2 earlier good runs, 3 needed"),
      (100, [], "0", 0, .ok, "size change not judged: 0 earlier good runs, 3 needed"),
      (100, [0, 0, 0], "0", 0, .ok, "size change not judged: the median is 0 B"),
      (
        0, [10, 10, 10], "-99:", 0, .warning,
        "size 0 B is -100% vs median 10 MiB of 3 runs (warn -99%)"
      ),
    ] as [(Int64, [Int64], String, Int64, CheckState, String)])
  func `the size is compared with the median of those before`(
    _ size: Int64, _ earlier: [Int64], _ range: String, _ least: Int64, _ state: CheckState,
    _ text: String
  ) throws {
    let limits = try Limits.of(range, nil)
    let facts = SectionFacts.web1([good(size * Self.mebibyte)]) {
      $0.limits.sizeChange = limits
      $0.earlierSizes = earlier.map { $0 * Self.mebibyte }
      $0.judgement.minimumSizeChange = least
    }
    #expect(SizeChange().evaluate(facts) == Finding(state, text))
  }

  @Test func `nobody who asks for no change of size hears of one`() {
    let facts = SectionFacts.web1([good(1)]) { $0.earlierSizes = [1 << 40, 1 << 40, 1 << 40] }
    #expect(SizeChange().evaluate(facts) == Finding(.ok, ""))
  }

  @Test func `sizes at the ends of what a catalog holds do not overflow`() throws {
    let limits = try Limits.of("-50:50", nil)
    for (size, earlier) in [(Int64.max, Int64.min), (.min, .max), (.max, .max), (0, .min)] {
      let facts = SectionFacts.web1([good(size)]) {
        $0.limits.sizeChange = limits
        $0.earlierSizes = [earlier, earlier, earlier, earlier]
      }
      _ = SizeChange().evaluate(facts)
    }
  }

  @Test(
    arguments: [
      (nil, .ok, ""), ("420", .ok, ""),
      ("419", .critical, "the last good backup took 7m (limit 6m 59s)"),
      ("3600:", .critical, "the last good backup took 7m (limit at least 1h)"),
    ] as [(String?, CheckState, String)])
  func `the time the last good backup took`(
    _ critical: String?, _ state: CheckState, _ text: String
  ) throws {
    let limits = try Limits.of(nil, critical)
    let finding = RunDuration().evaluate(.web1([good()]) { $0.limits.duration = limits })
    #expect((finding.state, finding.text) == (state, text))
    #expect(finding.perfdata.map(\.value) == ["420"])
    #expect(RunDuration().evaluate(.web1()) == Finding(.ok, ""))
  }

  @Test(
    arguments: [
      (nil, nil, .ok, nil), ("1", nil, .warning, "warn 1"), ("2", nil, .ok, nil),
      ("1", "1", .critical, "limit 1"),
    ] as [(String?, String?, CheckState, String?)])
  func `the runs without success since the last good one`(
    _ warning: String?, _ critical: String?, _ state: CheckState, _ limit: String?
  ) throws {
    let limits = try Limits.of(warning, critical)
    let runs: [BackupRecord] = [
      .run(.error, ended: 60, took: 1), .run(.error, ended: 90, took: 1), good(),
    ]
    let finding = LastRun().evaluate(.web1(runs) { $0.limits.failures = limits })
    #expect(finding.state == state)
    #expect(
      finding.text == "2 runs without success since" + (limit.map { " (\($0))" } ?? "")
        + ", the last failed, at 2026-11-24 11:58")
    #expect(finding.perfdata.map(\.value) == ["2"])
  }

  @Test func `a least number of failures alerts on none at all`() throws {
    let limits = try Limits.of("1:", nil)
    #expect(LastRun().evaluate(.web1([good()]) { $0.limits.failures = limits }).state == .warning)
  }

  @Test(
    arguments: [
      (nil, .ok, "running since 2h"), ("7200", .ok, "running since 2h"),
      ("7199", .critical, "running since 2h (limit 1h 59m)"),
    ] as [(String?, CheckState, String)])
  func `the time a run has been at work`(
    _ critical: String?, _ state: CheckState, _ text: String
  ) throws {
    let limits = try Limits.of(nil, critical)
    let facts = SectionFacts.web1([.running(began: 7200), good()]) { $0.limits.runtime = limits }
    let finding = RunningNow().evaluate(facts)
    #expect((finding.state, finding.text) == (state, text))
    let idle = RunningNow().evaluate(.web1([good()]) { $0.limits.runtime = limits })
    #expect((idle.state, idle.text, idle.perfdata[0].value) == (.ok, "", "0"))
  }

  @Test(
    arguments: [
      (5, nil, .ok, ""), (5, "5:", .ok, ""),
      (4, "5:", .critical, "4 good backups within retention (limit at least 5)"),
      (1, "2:", .critical, "1 good backup within retention (limit at least 2)"),
      (nil, "5:", .ok, ""), (9, "5", .critical, "9 good backups within retention (limit 5)"),
    ] as [(Int?, String?, CheckState, String)])
  func `the number of good backups within retention`(
    _ copies: Int?, _ critical: String?, _ state: CheckState, _ text: String
  ) throws {
    let limits = try Limits.of(nil, critical)
    let finding = Copies().evaluate(
      .web1 {
        $0.copies = copies
        $0.limits.count = limits
      })
    #expect((finding.state, finding.text) == (state, text))
    #expect(finding.perfdata.map(\.value) == (copies.map { ["\($0)"] } ?? []))
  }

  @Test(
    arguments: [
      (864_000, nil, .ok, ""), (864_000, "864000", .ok, ""),
      (864_000, "863999", .warning, "the oldest good backup is 10d old (warn 9d 23h)"),
      (3600, "86400:", .warning, "the oldest good backup is 1h old (warn at least 24h)"),
      (nil, "1", .ok, ""),
    ] as [(Int?, String?, CheckState, String)])
  func `how far back the good backups go`(
    _ age: Int?, _ warning: String?, _ state: CheckState, _ text: String
  ) throws {
    let limits = try Limits.of(warning, nil)
    let facts = SectionFacts.web1 {
      $0.oldest = age.map { Instant.noon.adding(seconds: -$0) }
      $0.limits.oldest = limits
    }
    #expect(Oldest().evaluate(facts) == Finding(state, text))
  }

  @Test(
    arguments: [
      // Age and outcome of the last proof, -w, -c.
      (nil, true, nil, nil, .ok, ""),
      (nil, true, "1", nil, .warning, "never proven to be restorable"),
      (nil, true, "1", "2", .critical, "never proven to be restorable"),
      (86_400, true, nil, nil, .ok, ""), (86_400, true, "86400", nil, .ok, ""),
      (86_401, true, "86400", "604800", .warning, "last proven restorable 1d ago (warn 24h)"),
      (700_000, true, "86400", "604800", .critical, "last proven restorable 8d 2h ago (limit 7d)"),
      (
        60, false, nil, nil, .critical,
        "the proof of 2026-11-24 11:59 failed: it cannot be restored"
      ),
    ] as [(Int?, Bool, String?, String?, CheckState, String)])
  func `when a backup was last proven to be restorable`(
    _ age: Int?, _ isGood: Bool, _ warning: String?, _ critical: String?, _ state: CheckState,
    _ text: String
  ) throws {
    let limits = try Limits.of(warning, critical)
    let facts = SectionFacts.web1([good()]) {
      $0.proof = age.map { BackupProof(time: .noon.adding(seconds: -$0), isGood: isGood) }
      $0.limits.verified = limits
    }
    let finding = Verified().evaluate(facts)
    #expect((finding.state, finding.text) == (state, text))
    #expect(finding.perfdata.map(\.value) == (age.map { ["\($0)"] } ?? []))
    #expect(finding.perfdata.allSatisfy { $0.label == "web1_verified" && $0.unit == .seconds })
  }

  @Test(arguments: [
    (1, "1 older backup failed the proof"), (3, "3 older backups failed the proof"),
  ])
  func `older backups that failed are told, below what decides about the newest`(
    _ count: Int, _ text: String
  ) throws {
    func finding(_ isGood: Bool, _ limit: String?) throws -> Finding {
      let limits = try Limits.of(nil, limit)
      return Verified().evaluate(
        .web1([good()]) {
          $0.proof = BackupProof(time: .noon.adding(seconds: -60), isGood: isGood)
          ($0.failedProofs, $0.limits.verified) = (count, limits)
        })
    }
    #expect(try finding(true, nil).state == .warning)
    #expect(try finding(true, nil).text == text)
    #expect(try finding(true, "59").text == "last proven restorable 1m ago (limit 59s)")
    #expect(try finding(false, nil).state == .critical)
  }

  @Test func `what was never backed up cannot be proven, and is told once`() throws {
    let limits = try Limits.of(nil, "1")
    #expect(Verified().evaluate(.web1 { $0.limits.verified = limits }) == Finding(.ok, ""))
  }

  @Test func `states that the command line chooses are taken`() {
    #expect(Freshness().evaluate(.web1 { $0.judgement.missing = .warning }).state == .warning)
    #expect(
      Freshness().evaluate(.web1([.run(.error, ended: 60)]) { $0.judgement.missing = .ok }).state
        == .critical)
    let broken = SectionRules.item(
      for: .web1 { ($0.problem, $0.judgement.unknown) = ("broken", .critical) })
    #expect(broken.state == .critical)
    let hidden = SectionRules.item(
      for: .web1([good()]) {
        ($0.location, $0.judgement.unknown) = (.hidden("/b", reason: "no"), .warning)
      })
    #expect(hidden.state == .warning)
    #expect(Emptiness().evaluate(.web1([good(0)]) { $0.judgement.allowsEmpty = true }).state == .ok)
  }
}
