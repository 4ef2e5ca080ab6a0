import BackupChecks
import Monitoring
import TISBackupCore
import TISBackupTestSupport
import Testing

struct FreeSpaceTests {
  private static let gibibyte: Int64 = 1 << 30

  /// 1000 GiB of which so many are left, and so many of 1000 inodes.
  private func facts(_ free: Int64, inodes: Int64 = 500, limits: SpaceLimits = SpaceLimits())
    -> SpaceFacts
  {
    let space = FileSystemSpace(
      totalBytes: 1000 * Self.gibibyte, availableBytes: free * Self.gibibyte,
      freeBytes: free * Self.gibibyte, totalInodes: 1000, freeInodes: inodes)
    return SpaceFacts(path: "/backup", space: space, limits: limits)
  }

  @Test(
    arguments: [
      (nil, nil, 31, .ok, "31 GiB free"),
      ("10%:", nil, 31, .warning, "3.1% free (warn at least 10%)"),
      ("10%:", "5%:", 31, .critical, "3.1% free (limit at least 5%)"),
      (nil, "50GiB:", 31, .critical, "31 GiB free (limit at least 50 GiB)"),
      ("10%:", "20GiB:", 31, .warning, "3.1% free (warn at least 10%)"),
      ("10%:", "5%:", 100, .ok, "100 GiB free"),
      ("10%:", nil, 99, .warning, "9.9% free (warn at least 10%)"),
      ("50%", nil, 600, .warning, "60% free (warn 50%)"),
      (nil, "@0:5%", 50, .critical, "5% free (limit not 0% to 5%)"),
    ] as [(String?, String?, Int64, CheckState, String)])
  func `free space is judged in percent or bytes`(
    _ warning: String?, _ critical: String?, _ free: Int64, _ state: CheckState, _ text: String
  ) throws {
    var limits = SpaceLimits()
    limits.warning = try warning.map { try SpaceRange(parsing: $0) }
    limits.critical = try critical.map { try SpaceRange(parsing: $0) }
    let finding = FreeSpace().evaluate(facts(free, limits: limits))
    #expect(finding.state == state)
    #expect(finding.text == text)
    #expect(finding.perfdata.map(\.label) == ["free", "free_bytes", "free_inodes"])
  }

  @Test(arguments: [(nil, CheckState.warning), ("95%:", .critical)])
  func `on a disk that can only be read there is room for nothing`(
    _ critical: String?, _ state: CheckState
  ) throws {
    var facts = facts(900)
    facts.space?.isReadOnly = true
    facts.limits.critical = try critical.map { try SpaceRange(parsing: $0) }
    let finding = FreeSpace().evaluate(facts)
    #expect(finding.state == state)
    #expect(
      finding.text
        == (critical == nil
          ? "mounted read-only: no backup can be written" : "90% free (limit at least 95%)"))
    #expect(finding.perfdata.map(\.label) == ["free", "free_bytes", "free_inodes"])
  }

  @Test func `inodes run out, too`() throws {
    var limits = SpaceLimits()
    limits.inodes = try .of("10:", "5:")
    let finding = FreeSpace().evaluate(facts(900, inodes: 45, limits: limits))
    #expect(
      (finding.state, finding.text) == (.critical, "4.5% of the inodes free (limit at least 5%)"))
    #expect(finding.perfdata.map(\.description)[2] == "'free_inodes'=4%;10;5")
  }

  @Test func `a file system that counts no inodes has none to run out of`() {
    var facts = facts(900)
    facts.space?.totalInodes = 0
    #expect(FreeSpace().evaluate(facts).perfdata.map(\.label) == ["free", "free_bytes"])
  }

  @Test func `the reserve of root is not free, as df has it`() {
    let space = FileSystemSpace.sample
    #expect(space.percentFree.map { Int($0) } == 11)
    #expect(space.percentInodesFree == 20)
  }

  @Test func `space nobody can read is UNKNOWN only for who asks`() throws {
    var facts = SpaceFacts(path: "/backup", space: nil, limits: SpaceLimits())
    facts.problem = "stale handle"
    #expect(FreeSpace().evaluate(facts) == Finding(.ok, ""))
    facts.limits.inodes = try .of("10:", nil)
    #expect(
      FreeSpace().evaluate(facts) == Finding(.unknown, "free space cannot be read: stale handle"))
  }

  @Test(arguments: [
    "10", "10:", "5%:10GiB", "x%:", "%", "101%:", "-5%:", "5 %%", "", ":", "10GiB:5GiB",
  ])
  func `a range of free space needs one unit`(_ text: String) {
    #expect(throws: ThresholdError.self) { try SpaceRange(parsing: text) }
  }

  @Test func `the keys of [global] are the defaults`() throws {
    let configuration = try Configuration.parse(
      "[global]\nbackup_base_dir = /b\nminimum_free = 20GiB\nminimum_free_inodes = 3%\n")
    let limits = SpaceLimits(of: configuration)
    #expect(limits.critical == SpaceRange(atLeast: .bytes(20 << 30)))
    #expect(limits.inodes.critical?.description == "3:")
    var given = SpaceLimits()
    given.critical = try SpaceRange(parsing: "5%:")
    #expect(given.over(limits).critical == given.critical)
    #expect(given.over(limits).inodes == limits.inodes)
    #expect(limits.areGiven && !SpaceLimits().areGiven)
  }
}
