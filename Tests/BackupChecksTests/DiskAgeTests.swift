import BackupChecks
import Monitoring
import TISBackupCore
import TISBackupTestSupport
import Testing

@Suite("the rule about disks that take turns", .scratch)
struct DiskAgeTests {
  private static let now = Instant(seconds: 1_700_000_000)

  private static func ago(_ hours: Int) -> Instant { now.adding(seconds: -hours * 3600) }

  /// A disk with copies: section, hours since the backup began, hours since it was copied.
  private static func target(
    _ uuid: String, _ label: String?, _ copies: [(String, Int, Int)], proof: ProofOutcome? = nil
  ) -> ExportTarget {
    var target = ExportTarget(ExportPlace(disk: uuid, label: label))
    target.copies = copies.map { .init(section: $0, backup: ago($1), exported: ago($2)) }
    target.proof = proof
    return target
  }

  private func facts(
    _ names: [String], _ record: [ExportTarget], sections: Set<String> = ["web1", "db1"],
    maximum: Int? = 7 * 24
  ) -> [DiskFacts] {
    DiskFacts.all(
      named: names, on: record, sections: sections, maximumAge: maximum.map { $0 * 3600 },
      now: Self.now)
  }

  private func finding(_ target: ExportTarget?, maximum: Int? = 7 * 24) -> Finding {
    DiskAge().evaluate(facts(["a"], [target].compactMap(\.self), maximum: maximum)[0])
  }

  @Test func `is OK within its limit, and tells both ages`() {
    let finding = finding(Self.target("u", "a", [("web1", 30, 2), ("db1", 26, 2)]))
    #expect(finding.state == .ok)
    #expect(finding.text == "last export 2h ago, oldest backup on it 1d 6h (limit 7d), web1")
    #expect(finding.perfdata.map(\.description) == ["'disk_a_age'=108000s;;604800"])
  }

  @Test(arguments: [(167, CheckState.ok), (168, .ok), (169, .critical)])
  func `goes by the backup on the disk, not by the day it was copied`(
    _ hours: Int, _ state: CheckState
  ) {
    #expect(finding(Self.target("u", "a", [("web1", hours, 1)])).state == state)
    #expect(finding(Self.target("u", "a", [("web1", hours, 1)]), maximum: nil).state == .ok)
  }

  @Test func `is a WARNING for a disk that never had its turn, without a figure`() {
    #expect(finding(nil) == Finding(.warning, "never exported to"))
  }

  @Test func `is CRITICAL when it failed its proof, however fresh`() {
    let proof = ProofOutcome(time: Self.ago(3), isGood: false, log: "[web1] 'x' is missing")
    let finding = finding(Self.target("u", "a", [("web1", 2, 1)], proof: proof))
    #expect(finding.state == .critical)
    #expect(
      finding.text.hasPrefix("failed its proof 3h ago: [web1] 'x' is missing; last export 1h"))
  }

  @Test func `tells a good proof`() {
    let proof = ProofOutcome(time: Self.ago(3), isGood: true, log: "")
    let finding = finding(Self.target("u", "a", [("web1", 2, 1)], proof: proof))
    #expect(finding.state == .ok && finding.text.hasSuffix("; read back whole 3h ago"))
  }

  @Test func `leaves out sections the ini does not have any more`() {
    let target = Self.target("u", "a", [("old", 2000, 1900), ("web1", 2, 1)])
    #expect(facts(["a"], [target])[0].age == 7200)
    // Of a disk with nothing else on it, that is what there is to tell.
    #expect(facts(["a"], [target], sections: [])[0].age == 2000 * 3600)
  }

  @Test func `judges those the ini names, by label or UUID, else all on record`() {
    let record = [
      Self.target("u1", "a", [("web1", 9, 9)]), Self.target("u2", "b", [("web1", 5, 5)]),
      Self.target("u3", nil, []),
    ]
    #expect(facts(["b", "U1", "c"], record).map(\.name) == ["b", "U1", "c"])
    #expect(facts(["b", "U1", "c"], record).map(\.age) == [5 * 3600, 9 * 3600, nil])
    #expect(facts([], record).map(\.name) == ["a", "b", "u3"])
    #expect(facts([], []) == [])
  }

  @Test func `takes the newer of two disks of one label for the one in use`() {
    let record = [
      Self.target("u1", "a", [("web1", 900, 900)]), Self.target("u2", "a", [("web1", 5, 5)]),
      Self.target("u3", "a", []),
    ]
    #expect(facts(["a"], record).map(\.age) == [5 * 3600])
    #expect(facts([], record).map(\.age) == [5 * 3600])
  }

  @Test func `is asked in a check of all exports alone`() throws {
    let site = try Site()
    try site.catalog(.write).recordCopy(
      of: "web1", begun: .noon, on: ExportPlace(disk: "u", label: "a"), at: .noon)
    var settings = CheckSettings()
    #expect(try site.wholeFacts(Site.rsync("web1"), settings: settings).disks == [])
    settings.judgement.type = .export
    let disks = try site.wholeFacts(Site.rsync("web1"), settings: settings).disks
    #expect(disks.map(\.name) == ["a"] && disks.map(\.age) == [0])
  }
}
