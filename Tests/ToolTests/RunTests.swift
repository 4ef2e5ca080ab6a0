import Foundation
import TISBackupTestSupport
import Testing

@Suite("tisbackup-run, over a real rsync daemon", .scratch)
struct RunTests {
  @Test("a first run makes a whole backup, its row, its receipt and its log")
  func firstRun() async throws {
    let site = try await Site.start()
    let result = try await site.run()
    #expect(result.status == 0)
    #expect(result.stderr == "")
    #expect(result.stdout.contains("web1"))
    let snapshot = try #require(site.snapshots().first)
    let place = "\(site.base)/web1/\(snapshot)"
    #expect(try text("\(place)/sub/two.txt") == "two\n")
    #expect(exists("\(site.base)/web1/.\(snapshot).json"))
    let log = try #require(names("\(site.base)/log").first { $0.hasSuffix(".log") })
    #expect(try text("\(site.base)/log/\(log)").contains("[web1] begins"))
    let row = try await site.rows(
      """
      SELECT backup_name, server_name, status, TYPE, total_files_count, written_files_count,
        total_bytes, backup_location FROM stats
      """)
    #expect(row == ["web1|127.0.0.1|OK|BACKUP|5|3|10008|\(place)"])
  }

  @Test("what has not changed is the same file on the disk")
  func hardLinks() async throws {
    let site = try await Site.start()
    _ = try await site.run()
    try write("changed\n", to: "\(site.source)/one.txt")
    #expect(try await site.run().status == 0)
    let (first, second) = (site.snapshots()[0], site.snapshots()[1])
    func file(_ snapshot: String, _ name: String) throws -> Int {
      try facts("\(site.base)/web1/\(snapshot)/\(name)").inode
    }
    #expect(try file(first, "big.bin") == file(second, "big.bin"))
    #expect(try file(first, "one.txt") != file(second, "one.txt"))
    #expect(try text("\(site.base)/web1/\(first)/one.txt") == "one\n")
    let written = try await site.rows("SELECT written_files_count FROM stats ORDER BY rowid")
    #expect(written == ["3", "1"])
  }

  @Test("times in the catalog are as TISBackup writes them, with the offset after the fraction")
  func catalogTimes() async throws {
    let site = try await Site.start()
    _ = try await site.tool("tisbackup-run", environment: ["TZ": "Europe/Paris"])
    let times = try await site.rows("SELECT backup_start, backup_end FROM stats")[0]
    let form = #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+0[12]:00/#
    #expect(times.split(separator: "|").allSatisfy { $0.wholeMatch(of: form) != nil })
    // The name on disk is the same local time.
    let digits = times.prefix(10).replacing("-", with: "")
    #expect(site.snapshots()[0].hasPrefix(digits))
  }

  @Test("one section that fails never stops the others, and the status says so")
  func oneFails() async throws {
    let site = try await Site.start()
    try site.configure(
      site.section("gone", remoteDir: "/nowhere") + site.section("web1")
        + "[broken]\ntype = rsync\nserver_name = a\n"
        + "[printer]\ntype = null\nserver_name = printer\n")
    let result = try await site.run()
    #expect(result.status == 2)
    #expect(site.snapshots().count == 1)
    let rows = try await site.rows("SELECT backup_name, status FROM stats ORDER BY backup_name")
    #expect(rows == ["gone|ERROR", "web1|OK"])
    #expect(result.stderr.contains("section [gone]"))
    #expect(result.stderr.contains("remote_dir"))
    #expect(names("\(site.base)/gone").allSatisfy { !$0.hasPrefix("2") })
  }

  @Test("a dry run shows the exact command and touches nothing at all")
  func dryRun() async throws {
    let site = try await Site.start()
    let before = names(site.base)
    let result = try await site.run("--dry-run")
    #expect(result.status == 0)
    #expect(result.stdout.contains("[web1] rsync -rt -lpgoD"))
    #expect(result.stdout.contains("--password-file=\(site.daemon.passwordFile)"))
    #expect(!result.stdout.contains(RsyncDaemon.password))
    #expect(names(site.base) == before)
    #expect(before == [])
  }

  @Test("the answer as JSON has stable keys")
  func jsonAnswer() async throws {
    let site = try await Site.start()
    let result = try await site.run("--json")
    let document = try #require(try json(result.stdout) as? [String: Any])
    #expect(document["state"] as? String == "OK")
    let section = try #require((document["sections"] as? [[String: Any]])?.first)
    #expect(section["section"] as? String == "web1")
    #expect(section["status"] as? String == "OK")
    #expect(section["files"] as? Int == 5)
    #expect(section["bytes"] as? Int == 10_008)
  }

  @Test("--retry-failed runs only what has no good backup within its limit")
  func retryFailed() async throws {
    let site = try await Site.start()
    try site.configure(site.section("web1") + site.section("gone", remoteDir: "/nowhere"))
    #expect(try await site.run().status == 2)
    try makeFolder("\(site.source)/nowhere")
    try write("here\n", to: "\(site.source)/nowhere/file")
    #expect(try await site.run("--retry-failed").status == 0)
    #expect(site.snapshots("web1").count == 1)
    #expect(site.snapshots("gone").count == 1)
    let nothing = try await site.run("--retry-failed", "-q")
    #expect(nothing.status == 0)
    #expect(nothing.stdout == "")
  }

  @Test("--quiet says nothing while all is well, for cron")
  func quiet() async throws {
    let site = try await Site.start()
    let result = try await site.run("--quiet")
    #expect(result.status == 0)
    #expect(result.stdout == "")
    #expect(result.stderr == "")
  }

  @Test("globs and comma lists choose sections")
  func selection() async throws {
    let site = try await Site.start()
    try site.configure(
      site.section("web1") + site.section("web2") + site.section("db1") + site.section("db2"))
    #expect(try await site.run("-s", "web*,db2").status == 0)
    let rows = try await site.rows("SELECT backup_name FROM stats ORDER BY backup_name")
    #expect(rows == ["db2", "web1", "web2"])
  }

  @Test("what is made is for its owner alone; a setgid folder lets its group in")
  func modes() async throws {
    let site = try await Site.start()
    _ = try await site.run()
    #expect(try facts("\(site.base)/log").mode == 0o700)
    #expect(try facts(site.catalog).mode == 0o600)
    #expect(try facts("\(site.base)/web1").mode == 0o700)
    let shared = "\(site.folder)/shared"
    try makeFolder(shared)
    try FileManager.default.setAttributes([.posixPermissions: 0o2750], ofItemAtPath: shared)
    #expect(try await site.run("-b", shared).status == 0)
    #expect(try facts("\(shared)/log/tisbackup.sqlite").mode == 0o640)
    #expect(try facts("\(shared)/web1").mode == 0o2750)
  }

  @Test("excludes of both dialects leave out what they name, and nothing is ever evaluated")
  func excludes() async throws {
    let site = try await Site.start()
    for name in ["a.tmp", "b.log", "keep.txt", "$(touch pwned)"] {
      try write(name, to: "\(site.source)/\(name)")
    }
    let bomb = "\(site.folder)/pwned"
    try site.configure(
      site.section("new", #"exclude_list = "*.tmp","$(touch \#(bomb))""#)
        + site.section("old", "exclude_list = --exclude=*.tmp --exclude '*.log'"))
    #expect(try await site.run().status == 0)
    let new = names("\(site.base)/new/\(site.snapshots("new")[0])")
    #expect(new == ["$(touch pwned)", "b.log", "big.bin", "keep.txt", "one.txt", "sub"])
    let old = names("\(site.base)/old/\(site.snapshots("old")[0])")
    #expect(old == ["$(touch pwned)", "big.bin", "keep.txt", "one.txt", "sub"])
    #expect(!exists(bomb))
  }
}
