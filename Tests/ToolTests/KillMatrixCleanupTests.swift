import TISBackupTestSupport
import Testing

@Suite("tisbackup-cleanup, killed anywhere", .scratch)
struct KillMatrixCleanupTests {
  /// Sections with backups that are to go, one whose old ones stay for there is no newer, and what
  /// runs and cleanups of before have left.
  private func matrix(files: Int, ages: [Int]) async throws -> KillMatrix {
    var site = try await KillMatrixSite.start(
      ["web1", "web2", "web3"], files: files, bytes: 100_000, "maximum_backup_age = 2000")
    for hours in ages { try await site.backUp("web1", hoursAgo: hours) }
    for hours in ages.suffix(1) { try await site.backUp("web2", hoursAgo: hours) }
    let old = site.finished(below: site.folder)
    for section in ["web1", "web2"] { try await site.backUp(section, hoursAgo: 20) }
    for hours in [1000, 900] { try await site.backUp("web3", hoursAgo: hours) }
    try await site.shell(Self.littering, old[0])
    try await site.keep(dooms: old.contains)
    // The section whose old ones stay is a warning.
    return KillMatrix(site: site, step: .init(tool: "tisbackup-cleanup", status: 1))
  }

  /// An unfinished folder, receipts and manifests that belong to nothing, and trash.
  private static let littering = """
    base=$(dirname "$1")
    name=$(basename "$1")
    cp -a "$1" "$base/20200101-01h01m01.partial"
    cp -a "$1" "$base/.trash-20200102-01h01m01"
    cp "$base/.$name.json" "$base/.20200103-01h01m01.json"
    cp "$base/.$name.manifest" "$base/.20200103-01h01m01.manifest"
    cp "$base/.$name.manifest" "$base/.20200104-01h01m01.manifest.new"
    : >"$base/.20200105-01h01m01.json.new"
    """

  @Test(
    "at any instant, nothing is lost that was to stay, and the next one removes the rest",
    arguments: [1, 2] as [UInt64])
  func anyInstant(_ seed: UInt64) async throws {
    try await matrix(files: 200, ages: [1100, 1000, 900]).kill(
      times: 23, phases: 3, words: [[".trash"]], seed: seed)
  }

  @Test("before every call that changes the disk, likewise")
  func everyCall() async throws {
    let phases = try await matrix(files: 2, ages: [1000]).kill(
      atEvery: ["rename", "unlink", "unlinkat", "rmdir", "fsync", "fdatasync"])
    for word in [".trash", "journal", "moved away", "lone .json", "lone .manifest"] {
      #expect(phases.contains { $0.contains(word) }, "\(word) of \(phases)")
    }
  }
}
