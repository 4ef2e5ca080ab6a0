import Foundation
import Glibc
import TISBackupTestSupport
import Testing

@Suite("tisbackup-register --fsck", .scratch)
struct RegisterFsckTests {
  /// A site with two backups of `web1`, seen as sound.
  private func site() async throws -> Site {
    let site = try await Site.start()
    for _ in 0..<2 { try #require(try await site.run().status == 0) }
    return site
  }

  private func register(_ site: Site, _ arguments: String...) async throws -> ToolResult {
    try await tool("tisbackup-register", ["-c", site.ini] + arguments)
  }

  @Test("what is sound is told in one line, or in none, and nothing is written")
  func sound() async throws {
    let site = try await site()
    let before = names("\(site.base)/log")
    let result = try await register(site, "--fsck")
    #expect(result.status == 0 && result.stdout == "the catalog tells the truth\n")
    let quiet = try await register(site, "--fsck", "-q")
    #expect(quiet.status == 0 && quiet.stdout.isEmpty && quiet.stderr.isEmpty)
    #expect(names("\(site.base)/log") == before)
  }

  @Test("findings are a table for people and a document for programs; a dry repair changes nothing")
  func answers() async throws {
    let site = try await site()
    let name = site.snapshots()[0]
    try FileManager.default.removeItem(atPath: "\(site.base)/web1/\(name)")
    try write("x", to: "\(site.base)/web1/notes")
    let before = try bytes(site.catalog)
    let people = try await register(site, "--fsck")
    #expect(people.status == 1)
    #expect(people.stdout.contains("ERROR    \(name) is on record and not on disk"))
    #expect(people.stdout.contains("tisbackup-register --fsck --repair"))
    #expect(people.stdout.hasSuffix("3 faults\n"), "\(people.stdout)")
    for arguments in [["--fsck"], ["--fsck", "--repair", "--dry-run"]] {
      let result = try await tool(
        "tisbackup-register", ["-c", site.ini, "--json"] + arguments)
      let answer = try #require(try json(result.stdout) as? [String: Any])
      #expect(result.status == 1 && answer["state"] as? String == "WARNING")
      let findings = try #require(answer["findings"] as? [[String: Any]])
      #expect(
        findings.map { $0["kind"] as? String } == ["missing", "stray", "stray", "unknown"])
      #expect(findings[0]["mendable"] as? Bool == true)
    }
    #expect(try bytes(site.catalog) == before)
    #expect(!names("\(site.base)/log").contains { $0.contains("before-fsck") })

    let mended = try await register(site, "--fsck", "--repair", "--json")
    let answer = try #require(try json(mended.stdout) as? [String: Any])
    #expect((answer["done"] as? [Any])?.count == 1)
    #expect(try await site.rows("SELECT TYPE FROM stats ORDER BY backup_start")[0] == "CLEAN")
  }

  /// Ways to hurt a file, with no respect for what is in it.
  enum Damage: String, CaseIterable {
    case noHeader = "dd if=/dev/urandom of=F bs=100 count=1 conv=notrunc"
    case zeroHeader = "dd if=/dev/zero of=F bs=4096 count=1 conv=notrunc"
    case noRoot = "dd if=/dev/urandom of=F bs=4096 seek=1 count=1 conv=notrunc"
    case zeroRoot = "dd if=/dev/zero of=F bs=4096 seek=1 count=1 conv=notrunc"
    case noIndex = "dd if=/dev/urandom of=F bs=4096 seek=2 count=1 conv=notrunc"
    case zeroIndex = "dd if=/dev/zero of=F bs=4096 seek=3 count=1 conv=notrunc"
    case half = "truncate -s 8192 F"
    case short = "truncate -s 50 F"
    case odd = "truncate -s 10001 F"
    case text = "echo 'CREATE TABLE stats (a);' > F"
    case empty = ": > F"
    case gone = "rm F"
    case noTable = "rm F; sqlite3 F 'CREATE TABLE other (a)'"
    case journal =
      "dd if=/dev/urandom of=F bs=100 count=1 conv=notrunc; dd if=/dev/urandom of=F-journal bs=4096 count=3"

    /// Whether the file is no worse than one that was never filled, which every tool makes whole.
    var leavesNothing: Bool { [.empty, .gone].contains(self) }
    var isOfIndex: Bool { [.noIndex, .zeroIndex].contains(self) }
    /// Whether tables beside that of the runs can be read.
    var leavesOthers: Bool { isOfIndex || [.noRoot, .zeroRoot].contains(self) }
    /// Whether SQLite itself says that the file is bad, whoever reads it.
    var isDamage: Bool { !leavesNothing && ![.noTable, .journal].contains(self) }
  }

  @Test("whatever became of the catalog, it is told, rebuilt, and true", arguments: Damage.allCases)
  func damage(_ damage: Damage) async throws {
    let site = try await site()
    try site.configure(site.section("web1") + site.section("web2", "postexec_local = false"))
    #expect(try await site.run().status == 1)
    let backups = (site.snapshots(), site.snapshots("web2"))
    let pin = "\(site.base)/web1/.\(backups.0[0]).pin"
    try write("", to: pin)
    _ = try await site.rows(
      "INSERT INTO export_targets (target, label, is_disk) VALUES ('ab-12', 'offsite-a', 1);"
        + "INSERT INTO export_copies VALUES ('ab-12', 'web1', '2026-01-01T00:00:00.000000+00:00',"
        + "'2026-01-02T00:00:00.000000+00:00')")
    let done = try await program(
      ["sh", "-ec", damage.rawValue.replacing("F", with: site.catalog)])
    try #require(done.status == 0, "\(done.stderr)")

    let check = try await site.check()
    // An index that it has no need of keeps it from no true answer.
    #expect(check.status == 3 || damage.isOfIndex && check.status == 1, "\(check.stdout)")
    if damage.isDamage && check.status == 3 {
      #expect(check.stdout.contains("--fsck --repair"), "\(check.stdout)")
    }
    let told = try await register(site, "--fsck")
    #expect(told.status == (damage.leavesNothing ? 1 : 2), "\(told.stdout)\(told.stderr)")

    let repair = try await register(site, "--fsck", "--repair")
    #expect(repair.status == 0, "\(repair.stdout)\(repair.stderr)")
    let rows = try await site.rows(
      "SELECT backup_name, status, backup_location FROM stats WHERE TYPE='BACKUP' ORDER BY 1, 3")
    #expect(
      rows == backups.0.map { "web1|OK|\(site.base)/web1/\($0)" }
        + backups.1.map { "web2|Warning|\(site.base)/web2/\($0)" })
    #expect(try await site.rows("PRAGMA integrity_check") == ["ok"])
    let aside = names("\(site.base)/log").filter { $0.contains(".damaged-") }
    #expect(aside.isEmpty == damage.leavesNothing, "\(aside)")
    #expect(!names("\(site.base)/log").contains { $0.hasSuffix(".rebuilt") })
    #expect(exists(pin))
    if damage.leavesOthers {
      let disks = "SELECT label, section FROM export_targets JOIN export_copies USING (target)"
      #expect(try await site.rows(disks) == ["offsite-a|web1"])
    }

    #expect(try await register(site, "--fsck").status == 0)
    #expect(try await site.check("-s", "web1").status == 0)
    #expect(try await site.check("-s", "web2").status == 1)
    #expect(try await site.run("-s", "web1").status == 0)
    #expect(
      try await register(site, "--fsck", "--repair").stdout == "the catalog tells the truth\n")
  }

  @Test(
    "rows that can still be read keep what the disk does not know, and a pulled-off page is no end")
  func salvage() async throws {
    let site = try await site()
    let failures = (0..<400).map {
      "INSERT INTO stats (backup_name, backup_start, backup_end, status, TYPE, log) VALUES ('web1',"
        + " '2026-01-01T10:00:00.\(100_000 + $0)', '2026-01-01T10:00:00', 'ERROR', 'BACKUP',"
        + " '\(String(repeating: "e", count: 300))');"
    }
    try await sqlite(site.catalog, failures.joined(separator: "\n"))
    let hurt = try await program([
      "dd", "if=/dev/urandom", "of=\(site.catalog)", "bs=4096", "seek=30", "count=1",
      "conv=notrunc",
    ])
    try #require(hurt.status == 0)
    #expect(try await register(site, "--fsck").status == 2)
    let repair = try await register(site, "--fsck", "--repair")
    #expect(repair.status == 0, "\(repair.stdout)\(repair.stderr)")
    #expect(repair.stdout.contains("rows saved"))
    let count = try await site.rows("SELECT count(*) FROM stats WHERE status='ERROR'")
    #expect((380...399).contains(Int(count[0]) ?? 0), "\(count)")
    #expect(
      try await site.rows("SELECT count(*) FROM stats WHERE status='OK' AND log LIKE 'backup@%'")
        == ["2"])
  }

  @Test(
    "what does not go together is refused with exit 3",
    arguments: [
      ["--repair"], ["--import", "x", "--fsck"], ["--import", "x", "--repair"], ["--import"],
      ["--import="], ["--jobs", "0"], ["--jobs", "many"], ["--fsck", "-s", "nobody"],
      ["--import", "/nowhere/tisbackup.sqlite"], ["--fsck", "-b", "/nowhere/base"],
    ])
  func usage(_ arguments: [String]) async throws {
    let server = try await OldServer.make(OldServer.section("web1"))
    let result = try await tool("tisbackup-register", ["-c", server.ini] + arguments)
    #expect(result.status == 3, "\(result.stdout)")
    #expect(result.stdout.isEmpty && !result.stderr.isEmpty)
  }

  @Test("a catalog that is a folder, or that this user may not read, is named with the cure")
  func unreadable() async throws {
    let server = try await OldServer.make(OldServer.section("web1"))
    try FileManager.default.removeItem(atPath: server.catalog)
    try makeFolder(server.catalog)
    for arguments in [["--fsck"], ["--fsck", "--repair"]] {
      let result = try await tool("tisbackup-register", ["-c", server.ini] + arguments)
      #expect(result.status == 3 && result.stderr.contains("is no file"), "\(result.stderr)")
    }
    #expect(names("\(server.base)/log") == ["tisbackup.sqlite"])
  }

  @Test("a user who may only read is told what is wrong, and refused the repair")
  func unprivileged() async throws {
    let server = try await OldServer.make(OldServer.section("web1"))
    let place = try await server.add(.init(ago: 2))
    try FileManager.default.removeItem(atPath: place)
    for (path, mode) in [
      (server.folder, 0o755), (server.base, 0o755), ("\(server.base)/log", 0o755),
      ("\(server.base)/web1", 0o755), (server.ini, 0o644), (server.catalog, 0o644),
    ] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }
    func nobody(_ arguments: String...) async throws -> ToolResult {
      try await program(
        (getuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [])
          + [toolPath("tisbackup-register"), "-c", server.ini] + arguments)
    }
    try write("", to: "\(server.base)/web1/.lock")
    #expect(try await nobody("--fsck").status == 1)
    guard getuid() == 0 else { return }
    let before = try bytes(server.catalog)
    #expect(try await nobody("--fsck", "--repair").status == 3)
    #expect(try bytes(server.catalog) == before)
  }

  @Test("stopped while it looks, it says so with exit 2, and nothing has changed")
  func interrupted() async throws {
    let server = try await OldServer.make(
      "[db]\ntype=mysql+ssh\nserver_name=d\nprivate_key=/k\ndb_user=u\ndb_passwd=p\n")
    let folder = "\(server.base)/db/20200103-10h00m00"
    try makeFolder(folder)
    // A dump without an end, which is read for ever.
    try #require(mkfifo("\(folder)/a.sql.gz", 0o600) == 0)
    for arguments in [["--dry-run"], [], ["--fsck"], ["--fsck", "--repair"]] {
      let result = try await program(
        [
          "sh", "-c",
          #"""
          "$@" & tool=$!
          exec 3>"$FIFO"
          gzip -c /dev/zero >&3 2>/dev/null & feeder=$!
          exec 3>&-
          kill -INT $tool
          wait $tool; status=$?
          wait $feeder
          exit $status
          """#, "sh", toolPath("tisbackup-register"), "-c", server.ini,
        ] + arguments, environment: ["FIFO": "\(folder)/a.sql.gz"])
      #expect(result.status == 2, "\(arguments): \(result.stdout)\(result.stderr)")
      #expect(result.stdout.contains("interrupted by SIGINT"), "\(result.stdout)")
    }
    #expect(try await sqlite(server.catalog, "SELECT count(*) FROM stats") == ["0"])
    #expect(
      names(folder) == ["a.sql.gz"]
        && !names("\(server.base)/log").contains { $0.contains("-journal") })
  }
}
