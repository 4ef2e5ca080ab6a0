import Foundation
import TISBackupTestSupport
import Testing

/// `tisbackup-verify` as an administrator and cron use it, beside the tools that heed what it finds.
@Suite("tisbackup-verify", .scratch)
struct VerifyTests {
  @Test("what was just taken is proven, and every tool knows since when")
  func proves() async throws {
    let site = try await Site.start()
    #expect(try await site.run().status == 0)
    let result = try await site.tool("tisbackup-verify")
    #expect(result.status == 0, "\(result.stdout)\(result.stderr)")
    #expect(result.stdout.contains("4 entries as recorded, 3 files"), "\(result.stdout)")
    #expect(try await site.rows("SELECT verified_status FROM stats") == ["OK"])
    #expect(try await site.check().stdout.contains(#/'web1_verified'=\ds/#))
    let status = try await site.tool("tisbackup-status", "--json")
    let row = try #require((try json(status.stdout) as? [[String: Any]])?.first)
    #expect(row["verified_status"] as? String == "OK")
    #expect((row["verified_at"] as? String)?.isEmpty == false)
  }

  @Test("a file that rots is CRITICAL in the check, and the next run heals it and proves again")
  func rots() async throws {
    let site = try await Site.start()
    #expect(try await site.run().status == 0)
    let first = try #require(site.snapshots().last)
    let file = "\(site.base)/web1/\(first)/big.bin"
    try await rot(file)
    let result = try await site.tool("tisbackup-verify")
    #expect(result.status == 2)
    #expect(result.stdout.contains("big.bin"), "\(result.stdout)")
    let check = try await site.check()
    #expect(check.status == 2)
    #expect(check.stdout.contains("failed: it cannot be restored"), "\(check.stdout)")
    // Size and time of the rotten file are those of the source, so only its content tells.
    try await nextSecond()
    let run = try await site.run()
    #expect(run.status == 0, "\(run.stderr)")
    #expect(run.stderr.contains("told by their content"))
    let second = try #require(site.snapshots().last)
    #expect(second != first)
    #expect(
      try await program(["diff", "-r", site.source, "\(site.base)/web1/\(second)"]).status == 0)
    // What had not gone bad is still stored once.
    #expect(try facts("\(site.base)/web1/\(second)/one.txt").links == 2)
    #expect(try await site.tool("tisbackup-verify").status == 0)
    let healed = try await site.check()
    #expect(healed.status == 1)
    #expect(healed.stdout.contains("1 older backup failed the proof"), "\(healed.stdout)")
  }

  @Test("--sample reads some of the files, and still sees what is missing")
  func sample() async throws {
    let site = try await Site.start()
    #expect(try await site.run().status == 0)
    let result = try await site.tool("tisbackup-verify", "--sample", "34%")
    #expect(result.status == 0)
    #expect(result.stdout.contains("a sample of 34 %"), "\(result.stdout)")
    let snapshot = try #require(site.snapshots().last)
    try FileManager.default.removeItem(atPath: "\(site.base)/web1/\(snapshot)/one.txt")
    #expect(try await site.tool("tisbackup-verify", "--sample", "1").status == 2)
  }

  @Test("a dry run says what would be proven, and leaves no trace")
  func dryRun() async throws {
    let site = try await Site.start()
    #expect(try await site.run().status == 0)
    let before = try bytes(site.catalog)
    let result = try await site.tool("tisbackup-verify", "--dry-run", "--all")
    #expect(result.status == 0)
    #expect(result.stdout.contains("would prove \(site.base)/web1/"))
    #expect(try bytes(site.catalog) == before)
  }

  @Test("as JSON, with the state that becomes the exit status")
  func document() async throws {
    let site = try await Site.start()
    #expect(try await site.run().status == 0)
    let result = try await site.tool("tisbackup-verify", "--json")
    let document = try #require(try json(result.stdout) as? [String: Any])
    #expect(document["state"] as? String == "OK")
    let sections = try #require(document["sections"] as? [[String: Any]])
    #expect(sections.map { $0["status"] as? String } == ["OK"])
  }

  @Test("quiet while all is well, for cron")
  func quiet() async throws {
    let site = try await Site.start()
    #expect(try await site.run().status == 0)
    let result = try await site.tool("tisbackup-verify", "-q")
    #expect(result.status == 0 && result.stdout == "" && result.stderr == "")
  }

  @Test(
    "wrong input is refused before anything is done",
    arguments: [
      (["--sample", "0"], "'0' is no percentage from 1 to 100"),
      (["--sample", "some"], "'some' is no percentage"),
      (["--latest", "--all"], "--latest and --all contradict each other"),
      (["--restore-dir", "/tmp"], "--restore-dir is for --restore-test"),
      (["--restore-test", "--restore-dir", "/no/such"], "'/no/such' is not a folder"),
      (["-s", "nothing"], "web1"),
    ])
  func badInput(_ arguments: [String], _ text: String) async throws {
    let site = try await Site.start()
    #expect(try await site.run().status == 0)
    let before = try bytes(site.catalog)
    let result = try await tool("tisbackup-verify", ["-c", site.ini] + arguments)
    #expect(result.status == 3)
    #expect(result.stderr.contains(text), "\(result.stderr)")
    #expect(try bytes(site.catalog) == before)
  }

  @Test("a backup that nothing was recorded of is a warning, and stays unproven")
  func unrecorded() async throws {
    let site = try await Site.start()
    try site.configure(site.section("web1", "manifest = no"))
    #expect(try await site.run().status == 0)
    #expect(names("\(site.base)/web1").allSatisfy { !$0.hasSuffix(".manifest") })
    let result = try await site.tool("tisbackup-verify")
    #expect(result.status == 1)
    #expect(result.stdout.contains("cannot be proven"), "\(result.stdout)")
    #expect(try await site.rows("SELECT count(verified_at) FROM stats") == ["0"])
  }

  @Test("what a proof finds is announced: a backup that went bad is CRITICAL on the server, too")
  func announces() async throws {
    let spool = "\(ScratchDirectory.path)/spool"
    try makeFolder(spool)
    let site = try await AnnounceTests.site("type = checkresults\npath = \(spool)")
    #expect(try await site.run().status == 0)
    for name in names(spool) { try FileManager.default.removeItem(atPath: "\(spool)/\(name)") }
    let snapshot = try #require(site.snapshots().last)
    try await rot("\(site.base)/web1/\(snapshot)/big.bin")
    #expect(try await site.tool("tisbackup-verify", "--no-passive").status == 2)
    #expect(names(spool) == [])
    #expect(try await site.tool("tisbackup-verify").status == 2)
    let results = try names(spool).filter { !$0.hasSuffix(".ok") }.map {
      try text("\(spool)/\($0)")
    }
    .joined(separator: "\n\n").components(separatedBy: "\n\n")
    .filter { $0.contains("service_description=backup-web1\n") }
    #expect(results.count == 1)
    #expect(results.first?.contains("return_code=2") == true)
    #expect(results.first?.contains("it cannot be restored") == true, "\(results)")
  }

  /// Changes a byte of a file; a disk that rots changes no time.
  private func rot(_ file: String) async throws {
    let harm = try await program([
      "sh", "-c",
      "t=$(stat -c %y \"$1\") && printf Y | dd of=\"$1\" bs=1 seek=5000 conv=notrunc status=none && touch -d \"$t\" \"$1\"",
      "sh", file,
    ])
    try #require(harm.status == 0, "\(harm.stderr)")
  }

  /// Names of backups are seconds.
  private func nextSecond() async throws {
    let begun = Int(Date().timeIntervalSince1970)
    while Int(Date().timeIntervalSince1970) == begun {
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}
