import Foundation
import TISBackupTestSupport
import Testing

/// A repair that is killed leaves the catalog of before, or a sound one, and never loses a file.
@Suite("tisbackup-register --fsck --repair, killed anywhere", .scratch)
struct RepairCrashTests {
  /// No repair makes one call so often.
  private static let most = 80
  private static let calls = ["link", "rename", "unlink", "fsync", "fdatasync", "chmod"]

  /// What is wrong before the repair, made by lines of shell in the base folder.
  enum World: String, CaseIterable {
    case damaged = """
      dd if=/dev/urandom of=log/tisbackup.sqlite bs=4096 seek=1 count=1 conv=notrunc
      """
    case noHeader = """
      dd if=/dev/zero of=log/tisbackup.sqlite bs=100 count=1 conv=notrunc
      dd if=/dev/urandom of=log/tisbackup.sqlite-journal bs=4096 count=2
      """
    case flaws = """
      rm -r "web1/$(ls web1 | head -n 1)"
      sqlite3 log/tisbackup.sqlite "
        DELETE FROM stats WHERE rowid=2;
        UPDATE stats SET backup_location=replace(backup_location, 'base', 'elsewhere') WHERE rowid=3;
        INSERT INTO stats SELECT * FROM stats WHERE rowid=4;
        UPDATE stats SET TYPE='CLEAN' WHERE backup_name='web2' AND rowid<6;
        INSERT INTO stats (backup_name, backup_start, backup_end, status, TYPE, writer_pid,
          writer_boot, writer_start) VALUES ('web1', '2026-01-01T10:00:00.000000',
          '2026-01-01T10:00:00.000000', 'Running', 'BACKUP', 1, 'x', 1);"
      """
  }

  private func shell(_ site: Site, _ lines: String) async throws {
    let result = try await program(["sh", "-euc", lines], workingFolder: site.folder)
    try #require(result.status == 0, "\(result.stderr)")
  }

  private func prepare(_ world: World) async throws -> Site {
    let site = try await Site.start()
    try site.configure(site.section("web1") + site.section("web2"))
    for _ in 0..<3 { try #require(try await site.run().status == 0) }
    try await shell(
      site, "rm base/log/*.log; cd base; \(world.rawValue)\ncd ..; cp -a base template")
    return site
  }

  private func tracing(_ call: String, _ number: Int) -> [String] {
    [
      "strace", "-f", "-b", "execve", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e",
      "inject=\(call):signal=SIGKILL:when=\(number)",
    ]
  }

  @Test("before every call that changes the disk", arguments: World.allCases)
  func everyCall(_ world: World) async throws {
    let site = try await prepare(world)
    let before = try bytes(site.catalog)
    var kills = 0
    var sound = 0
    for call in Self.calls {
      for number in 1...Self.most {
        try await shell(site, "rm -rf base; cp -a template base")
        let death = try await KilledProgram.run(
          tracing(call, number) + [
            toolPath("tisbackup-register"), "-c", site.ini, "-q", "--fsck", "--repair",
          ], seconds: 120, output: "\(site.folder)/said")
        guard death.wasKilled else {
          let said = try text("\(site.folder)/said")
          #expect(death.status == (world == .flaws ? 1 : 0), "\(said)")
          break
        }
        kills += 1
        let place = "\(world), \(call) number \(number)"
        if try await examine(site, before, place) { sound += 1 }
        try await repairAgain(site, world, place)
        try #require(number < Self.most, "\(place)")
      }
    }
    #expect(kills > 10 && sound > 0, "\(sound) of \(kills)")
    #expect((sound == kills) == (world == .flaws), "\(sound) of \(kills)")
  }

  /// Whether the catalog is sound again; fails unless it is, or is the one of before, and all is there.
  private func examine(_ site: Site, _ before: [UInt8], _ place: String) async throws -> Bool {
    let same = try await program(
      ["diff", "-r", "-x", "log", "-x", ".lock", "-x", ".tisbackup-base", "template", "base"],
      workingFolder: site.folder)
    #expect(same.status == 0, "\(place): \(same.stdout)")
    let log = "\(site.base)/log"
    let kept = names(log).filter { $0.contains(".damaged-") && !$0.hasSuffix("-journal") }
    let integrity = try await program(
      ["sqlite3", site.catalog, "PRAGMA integrity_check; SELECT 1 FROM stats LIMIT 1"])
    guard integrity.stdout.hasPrefix("ok\n1\n") || integrity.stdout == "ok\n" else {
      #expect(try bytes(site.catalog) == before, "\(place)")
      return false
    }
    #expect(try kept.isEmpty || kept.contains { try bytes("\(log)/\($0)") == before }, "\(place)")
    return true
  }

  private func repairAgain(_ site: Site, _ world: World, _ place: String) async throws {
    let again = try await site.tool("tisbackup-register", "-q", "--fsck", "--repair")
    // What is left of a backup that is gone is for cleanup.
    #expect(again.status == (world == .flaws ? 1 : 0), "\(place): \(again.stdout)\(again.stderr)")
    let rows = try await site.rows(
      "SELECT backup_location FROM stats WHERE TYPE='BACKUP' AND status='OK' ORDER BY 1")
    let there = ["web1", "web2"].flatMap { section in
      site.snapshots(section).map { "\(site.base)/\(section)/\($0)" }
    }
    #expect(rows == there, "\(place)")
    let log = names("\(site.base)/log")
    #expect(log.count { $0.contains(".damaged-") && !$0.hasSuffix("-journal") } < 2, "\(log)")
    for suffix in [".rebuilt", "sqlite-journal", "before-fsck-new"] {
      #expect(!log.contains { $0.hasSuffix(suffix) }, "\(place): \(log)")
    }
    #expect(try await site.check().status == 0, "\(place)")
  }
}
