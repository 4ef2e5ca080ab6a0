import BackupChecks
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("a dry run", .scratch)
struct RunPreviewTests {
  private static let hooks = """
    preexec = systemctl stop shop
    preexec_local = /usr/local/bin/announce 'a b'
    postexec = systemctl start shop
    postexec_local = /usr/local/bin/done
    """

  private func preview(_ bench: Bench) throws -> RunPreview {
    let job = RunJob(bench.configuration, bench.sections, world: Transcript([]).world())
    return job.preview(of: try #require(bench.sections.first))
  }

  @Test func `shows every command in its order, and changes nothing`() throws {
    let bench = try Bench(Bench.rsync("web1", Self.hooks))
    try bench.backup(hours: 30)
    try bench.snapshot("20231114-01h00m00.partial")
    let before = try contents(bench.base)
    let preview = try preview(bench)
    let ssh =
      "ssh -o 'BatchMode=yes' -o 'ConnectTimeout=15' -o 'ServerAliveInterval=15'"
      + " -o 'ServerAliveCountMax=4' -o 'StrictHostKeyChecking=accept-new' -p 22"
    #expect(
      preview.commands == [
        "/usr/local/bin/announce 'a b'",
        "\(ssh) -o 'SetEnv=TISBACKUP_SECTION=web1' -T -- backup@192.0.2.10 'systemctl stop shop'",
        bench.copyLine(links: [Bench.name(hours: 30)]),
        "\(ssh) -o 'SetEnv=TISBACKUP_SECTION=web1 TISBACKUP_STATUS=OK' -T -- backup@192.0.2.10"
          + " 'systemctl start shop'",
        "/usr/local/bin/done",
      ])
    #expect(preview.problem == nil)
    #expect(try contents(bench.base) == before)
  }

  @Test func `of a new server works without catalog, and makes none`() throws {
    let bench = try Bench()
    #expect(try preview(bench).commands == [bench.copyLine()])
    #expect(names(bench.base) == [])
  }

  @Test(arguments: [
    (Bench.rsync("web1", "window = 01:00-02:00"), "outside of its window 01:00-02:00"),
    ("[web1]\ntype = null\nserver_name = p\n", "not backed up by design"),
  ])
  func `says why a section would be skipped`(_ lines: String, _ reason: String) throws {
    let preview = try preview(Bench(lines))
    #expect(preview == RunPreview(section: "web1", skipped: reason))
  }

  @Test func `says that a disk is too full to begin`() throws {
    let bench = try Bench()
    var job = RunJob(bench.configuration, bench.sections, world: Transcript([]).world())
    job.readSpace = { _ in .failure(BackupError(.storage, "nobody knows")) }
    #expect(job.preview(of: bench.sections[0]).problem == nil)
    job.readSpace = { _ in
      .success(
        FileSystemSpace(
          totalBytes: 100, availableBytes: 1, freeBytes: 1, totalInodes: 0, freeInodes: 0))
    }
    let problem = job.preview(of: bench.sections[0]).problem
    #expect(problem?.contains("not begun, '\(bench.base)': 1% free") == true)
  }

  @Test(arguments: [
    ("[web1]\ntype = rsnyc\n", "asks for the unknown type 'rsnyc'"),
    ("[web1]\ntype = rsync\n", "needs the key 'server_name'"),
    (Bench.rsync("web1", "preexec_local = stop | tee"), "needs a shell"),
  ])
  func `says why a section would not start`(_ lines: String, _ problem: String) throws {
    let preview = try preview(Bench(lines))
    #expect(preview.commands == [])
    #expect(preview.problem?.contains(problem) == true)
    #expect(preview.problem?.contains("\n") == false)
  }
}
