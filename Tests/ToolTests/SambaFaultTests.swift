import Foundation
import TISBackupTestSupport
import Testing

/// Copies of Samba's databases that go wrong are told, and leave nothing over there.
@Suite("the databases of Samba, when something is wrong", .scratch)
struct SambaFaultTests {
  private let scratch = ScratchDirectory.path

  /// A site whose login finds programs in a folder first, and there these scripts.
  private func site(_ tree: SambaTree, programs: [String: String] = [:]) async throws
    -> DatabaseSite
  {
    let bin = "\(scratch)/bin"
    try makeFolder(bin)
    for (name, script) in programs { try writeScript(script, to: "\(bin)/\(name)") }
    let site = try await DatabaseSite.start(environment: ["PATH": "\(bin):/usr/bin:/bin"])
    try site.configure(tree, "retries = 0")
    return site
  }

  @Test func `one that is damaged, or cannot be opened, fails alone`() async throws {
    let tree = try await SambaTree.make(in: scratch)
    let site = try await site(tree)
    try write("TDB file\ngarbage", to: tree.path("private/bad.tdb"))
    try write("", to: tree.path("private/empty.ldb"))
    try FileManager.default.createSymbolicLink(
      atPath: tree.path("private/gone.ldb"), withDestinationPath: "/nowhere")
    // A folder of that name is no database.
    try makeFolder(tree.path("private/folder.ldb"))
    let before = try await tree.listing()
    let result = try await site.run()
    try await site.expectFailure(
      result, "'private/bad.tdb'", "'private/empty.ldb'", "'private/gone.ldb'", "Failed to open",
      "tdbtool FILE check", kept: SambaTree.files)
    #expect(result.stdout.contains("kept 6 dumps"), "\(result.stdout)")
    #expect(try await tree.listing() == before)
  }

  @Test func `an LMDB that is damaged fails alone`() async throws {
    let tree = try await SambaTree.make(in: scratch)
    let site = try await site(tree)
    var damaged = try bytes(tree.path(SambaTree.large))
    // The version, of both meta pages.
    for place in [20, 4096 + 20] { damaged[place] = 9 }
    try Data(damaged).write(to: URL(filePath: tree.path(SambaTree.large)))
    let kept = SambaTree.files.filter { !$0.hasPrefix("CN=") }
    try await site.expectFailure(
      try await site.run(), "'\(SambaTree.large)'", "MDB_VERSION_MISMATCH", "another version",
      kept: kept)
  }

  @Test func `a folder that is not there, or has no databases, is told with its key`() async throws
  {
    let tree = SambaTree(folder: "\(scratch)/empty")
    let site = try await site(tree)
    try await site.expectFailure(try await site.run(), "cd", "root_dir_samba")
    try makeFolder(tree.folder)
    try await site.expectFailure(
      try await site.run(), "'private' is not there, or may not be read", "root_dir_samba")
    try makeFolder("\(tree.folder)/private/sam.ldb.d")
    try await site.expectFailure(
      try await site.run(), "there is no database of Samba in '\(tree.folder)'", "root_dir_samba")
    let tried = try await site.run("--test-connection")
    #expect(tried.status == 2 && tried.stdout.contains("no database of Samba"), "\(tried)")
  }

  @Test func `a machine without the programs is told which package it lacks`() async throws {
    let tree = try await SambaTree.make(in: scratch)
    let bin = "\(scratch)/tools"
    try makeFolder(bin)
    let needed = [
      "sh", "bash", "env", "od", "tr", "cat", "rm", "ln", "mktemp", "tdbbackup",
    ]
    for name in needed {
      try FileManager.default.createSymbolicLink(
        atPath: "\(bin)/\(name)", withDestinationPath: "/usr/bin/\(name)")
    }
    let site = try await DatabaseSite.start(environment: ["PATH": bin])
    try site.configure(tree)
    let kept = SambaTree.files.filter { !$0.hasPrefix("CN=") }
    try await site.expectFailure(
      try await site.run(), "'\(SambaTree.large)'", "mdb_copy", "exit 127", "lmdb-utils", kept: kept
    )
    let tried = try await site.run("--test-connection")
    #expect(tried.status == 2 && tried.stdout.contains("lacks mdb_copy"), "\(tried)")
    #expect(tried.stdout.contains("lmdb-utils"))
    try FileManager.default.removeItem(atPath: "\(bin)/tdbbackup")
    let result = try await site.run()
    #expect(result.status == 2)
    for part in ["tdbbackup: not found", "exit 127", "tdb-tools"] {
      #expect(result.stderr.contains(part), "\(result.stderr)")
    }
  }

  @Test func `a login that may not read a folder or a file is told to be root`() async throws {
    let tree = try await SambaTree.make(in: scratch)
    let site = try await DatabaseSite.start(usesPAM: true)
    // A login that runs a shell, and is there wherever these tests run.
    try site.configure(tree, "remote_user = postgres\nretries = 0")
    func open(_ mode: String, _ paths: String...) async throws {
      let changed = try await program(["chmod", mode] + paths)
      try #require(changed.status == 0, "\(changed)")
    }
    try await open("711", scratch, tree.path("private"))
    try await open("1777", tree.folder)
    try await site.expectFailure(
      try await site.run(), "'private' is not there, or may not be read", "root_dir_samba")
    try await open("755", tree.path("private"))
    try await open("711", tree.path("private/sam.ldb.d"))
    try await site.expectFailure(
      try await site.run(), "'private/sam.ldb.d' is not there, or may not be read")
    try await open("755", tree.path("private/sam.ldb.d"))
    let before = try await tree.listing()
    try await site.expectFailure(
      try await site.run(), "'private/sam.ldb'", "Permission denied", "Log in as root")
    #expect(try await tree.listing() == before)
  }

  /// Programs of the right names that do something else.
  static let impostors: [(script: String, reason: String)] = [
    ("exit 0", "'private/sam.ldb': failed (exit 1): cat: "),
    ("echo text >\"$3.tisbackup\"", "the dump of 'private/sam.ldb' does not begin as a dump does"),
    (": >\"$3.tisbackup\"", "the dump of 'private/sam.ldb' is empty"),
    ("echo 'cannot do that'; exit 7", "'private/sam.ldb': failed (exit 7): cannot do that"),
  ]

  @Test(arguments: impostors)
  func `a program of that name that does something else makes no backup`(
    _ impostor: (script: String, reason: String)
  ) async throws {
    let tree = try await SambaTree.make(in: scratch)
    let site = try await site(tree, programs: ["tdbbackup": impostor.script])
    let before = try await tree.listing()
    try await site.expectFailure(
      try await site.run(), impostor.reason, kept: SambaTree.files.filter { $0.hasPrefix("CN=") })
    #expect(try await tree.listing() == before)
  }

  @Test func `a login shell that prints a greeting makes it an ERROR`() async throws {
    let tree = try await SambaTree.make(in: scratch)
    let site = try await site(tree)
    // Debian's bash reads it when sshd starts it.
    try write("echo 'Welcome to dc1!'\n", to: "\(site.home)/.bashrc")
    try await site.expectFailure(
      try await site.run(), "the dump of '", "does not begin", "Welcome to dc1!",
      "must print nothing")
  }

  @Test func `a connection that breaks while the copy waits leaves nothing there`() async throws {
    let tree = try await SambaTree.make(in: scratch)
    let site = try await site(tree)
    let (before, release) = (try await tree.listing(), "\(scratch)/release")
    let holder = try await tree.hold("private/sam.ldb", until: release)
    async let result = site.run()
    try await waitUntil("the copy waits") { work(tree, on: "private/sam.ldb") != nil }
    site.ssh.kill()
    #expect(try await result.status == 2)
    try write("", to: release)
    try await holder.value
    try await waitUntil("nothing is left") { try await tree.listing() == before }
  }

  /// The copying stops in its middle until there is a file `go`.
  private var slowCat: String {
    """
    head -c 5000 "$1"; : >'\(scratch)/half'
    while [ ! -e '\(scratch)/go' ]; do sleep 0.02; done
    tail -c +5001 "$1"
    """
  }

  @Test(arguments: ["connection", "run", "script"])
  func `whatever is killed in the middle of a copy, nothing is left there`(_ victim: String)
    async throws
  {
    let tree = try await SambaTree.make(in: scratch)
    let site = try await site(tree, programs: ["cat": slowCat])
    let before = try await tree.listing()
    async let result = site.run()
    try await waitUntil("the copy is under way") { exists("\(scratch)/half") }
    switch victim {
    case "connection": site.ssh.kill()
    case "run": try kill("tisbackup-run", with: site.ini, SIGKILL)
    default: try kill("sh", with: "mktemp -d", SIGTERM)
    }
    if victim != "script" { #expect(try await result.status != 0) }
    try write("", to: "\(scratch)/go")
    let ended = try await result
    #expect(ended.status != 0, "\(ended)")
    try await waitUntil("nothing is left") { try await tree.listing() == before }
    let row = try await site.rows("status").last
    #expect(row == (victim == "run" ? "Running" : "ERROR"))
  }

  /// Sends a signal to a process of this test.
  private func kill(_ name: String, with words: String, _ signal: Int32) throws {
    let found = names("/proc").compactMap { Int32($0) }.filter { pid in
      guard let comm = try? text("/proc/\(pid)/comm"), comm == "\(name)\n",
        let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline")
      else { return false }
      let line = String(decoding: data, as: UTF8.self)
      return line.contains(words) && line.contains(scratch) && !line.hasPrefix("bash")
    }
    let pid = try #require(found.count == 1 ? found.first : nil, "\(found)")
    Foundation.kill(pid, signal)
  }

  /// The folder in which a database is being copied.
  private func work(_ tree: SambaTree, on database: String) -> String? {
    names(tree.folder).first { name in
      name.hasPrefix(".tisbackup.")
        && (try? FileManager.default.destinationOfSymbolicLink(
          atPath: "\(tree.folder)/\(name)/db")) == tree.path(database)
    }
  }

  @Test func `a disk over there that is full is told, and given back`() async throws {
    try await SmallDisk.mounted("\(scratch)/disk", kilobytes: 10 << 10) { disk in
      let tree = try await SambaTree.make(in: disk)
      let site = try await site(tree)
      let before = try await tree.listing()
      let filler = try await program(
        ["sh", "-c", #"cat /dev/zero >"$1" 2>/dev/null; :"#, "sh", "\(disk)/filler"])
      #expect(filler.status == 0)
      let result = try await site.run()
      #expect(result.status == 2)
      #expect(result.stderr.contains("as much room in root_dir_samba"), "\(result.stderr)")
      #expect(try await tree.listing() == before)
    }
  }
}
