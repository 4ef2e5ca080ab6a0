import Foundation
import Glibc
import TISBackupTestSupport
import Testing

/// A server whose backups are snapshots of btrfs.
@Suite("backups on btrfs", .scratch) struct BtrfsTests {
  /// A site whose base folder lies on a btrfs, with one section of each type.
  private func site(_ body: (Site, LoopDisk) async throws -> Void) async throws {
    let site = try await Site.start()
    let ssh = try await SSHServer.start(in: site.folder)
    try site.configure(
      site.section("web1").replacing("type = rsync", with: "type = rsync+btrfs") + """
        [web2]
        type = rsync+btrfs+ssh
        \(ssh.iniLines)
        remote_dir = \(site.source)

        """)
    try await LoopDisk.mounted(site.base, megabytes: 256, as: .btrfs) { disk in
      try await body(site, disk)
    }
  }

  private func backUp(_ site: Site, _ content: String) async throws {
    try write("\(content)\n", to: "\(site.source)/one.txt")
    let result = try await site.run("-v")
    try #require(result.status == 0, "\(result.stdout)\(result.stderr)")
  }

  private func isReadOnly(_ path: String) async throws -> Bool {
    let shown = try await program(["btrfs", "property", "get", "-ts", path, "ro"])
    #expect(shown.status == 0, "\(shown.stderr)")
    return shown.stdout == "ro=true\n"
  }

  @Test func `are read-only snapshots, whose unchanged files take no room and are not read again`()
    async throws
  {
    try await site { site, _ in
      try await backUp(site, "first")
      try write("gone soon\n", to: "\(site.source)/three.txt")
      try await backUp(site, "second")
      unlink("\(site.source)/three.txt")
      try write("third\n", to: "\(site.source)/one.txt")
      let third = try await site.run("-v", "-s", "web1")
      #expect(third.stderr.contains("2 known"), "\(third.stderr)")
      for section in ["web1", "web2"] {
        let kept = site.snapshots(section).map { "\(site.base)/\(section)/\($0)" }
        #expect(kept.count == (section == "web1" ? 3 : 2))
        #expect(try kept.map { try text("\($0)/one.txt") }.starts(with: ["first\n", "second\n"]))
        #expect(kept.map { exists("\($0)/three.txt") }.starts(with: [false, true]))
        for path in kept { #expect(try await isReadOnly(path)) }
        #expect(try await !isReadOnly("\(site.base)/\(section)/last_backup"))
        let used = try await program(["btrfs", "filesystem", "du", "--raw", "\(kept[0])/big.bin"])
        // Total, exclusive, set shared.
        let figures = used.stdout.split(separator: "\n").last?.split(separator: " ").prefix(2)
        #expect(figures?.map(String.init) == ["12288", "0"], "\(used.stdout)\(used.stderr)")
      }
      #expect(!exists("\(site.snapshots().last.map { "\(site.base)/web1/\($0)" } ?? "")/three.txt"))
    }
  }

  @Test func `are checked, proven, found on the disk, exported and removed as any other`()
    async throws
  {
    try await site { site, _ in
      for content in ["first", "second", "third"] { try await backUp(site, content) }
      #expect(try await site.check().status == 0)
      let proof = try await site.tool("tisbackup-verify", "--all")
      #expect(proof.status == 0, "\(proof.stdout)\(proof.stderr)")
      let fsck = try await site.tool("tisbackup-register", "--fsck")
      #expect(fsck.status == 0, "\(fsck.stdout)\(fsck.stderr)")
      try makeFolder("\(site.folder)/usb")
      let export = try await site.tool("tisbackup-export", "-x", "\(site.folder)/usb")
      #expect(export.status == 0, "\(export.stdout)\(export.stderr)")
      #expect(names("\(site.folder)/usb/web1/\(site.snapshots()[2])").contains("one.txt"))

      // All but the newest are of another year.
      let kept = ["web1", "web2"].map { site.snapshots($0)[2] }
      _ = try await site.rows(
        """
        UPDATE stats SET backup_start='2020-01-01T00:00:00.000000',
          backup_end='2020-01-01T00:00:01.000000' WHERE TYPE='BACKUP' AND backup_location NOT IN
          ('\(site.base)/web1/\(kept[0])', '\(site.base)/web2/\(kept[1])')
        """)
      let plan = try await site.tool("tisbackup-cleanup", "--dry-run")
      #expect(plan.status == 0, "\(plan.stdout)\(plan.stderr)")
      let cleanup = try await site.tool("tisbackup-cleanup")
      #expect(cleanup.status == 0, "\(cleanup.stdout)\(cleanup.stderr)")
      #expect(["web1", "web2"].map { site.snapshots($0) } == kept.map { [$0] })
      #expect(names("\(site.base)/web1").filter { $0.hasPrefix(".trash") } == [])
      try await backUp(site, "fourth")
      #expect(try await site.check().status == 0)
    }
  }

  @Test func `go on from the newest when the working subvolume was lost`() async throws {
    try await site { site, _ in
      try await backUp(site, "first")
      let lost = try await program([
        "btrfs", "-q", "subvolume", "delete", "\(site.base)/web1/last_backup",
      ])
      #expect(lost.status == 0)
      try write("second\n", to: "\(site.source)/one.txt")
      let result = try await site.run("-s", "web1")
      #expect(result.status == 0, "\(result.stdout)\(result.stderr)")
      let written = try await site.rows(
        "SELECT written_files_count FROM stats WHERE backup_name='web1' ORDER BY backup_start DESC LIMIT 1"
      )
      #expect(written == ["1"])
    }
  }

  @Test func `of an old server are gone on with`() async throws {
    try await site { site, _ in
      // As TISBackup left them: a subvolume, and snapshots that can be written to.
      let made = try await program(
        [
          "sh", "-ec",
          "mkdir web1; cd web1; btrfs -q subvolume create last_backup; cp -a ../../source/. last_backup; btrfs -q subvolume snapshot last_backup 20231113-01h00m00",
        ], workingFolder: site.base)
      #expect(made.status == 0, "\(made.stderr)")
      let register = try await site.tool("tisbackup-register")
      #expect(register.status == 0, "\(register.stdout)\(register.stderr)")
      try await backUp(site, "second")
      #expect(site.snapshots().count == 2)
      let cleanup = try await site.tool("tisbackup-cleanup")
      #expect(cleanup.status == 0, "\(cleanup.stdout)\(cleanup.stderr)")
      #expect(site.snapshots().count == 1 && site.snapshots() != ["20231113-01h00m00"])
    }
  }

  @Test func `of an ordinary user, who may remove no subvolume, are emptied name by name`()
    async throws
  {
    try await site { site, _ in
      for path in [site.base, site.daemon.passwordFile] { chown(path, 65534, 65534) }
      for path in [site.folder, site.ini] { chmod(path, 0o755) }
      func asNobody(_ tool: String, _ arguments: String...) async throws -> ToolResult {
        try await program(
          ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", toolPath(tool)]
            + ["-c", site.ini] + arguments)
      }
      for _ in 0..<2 {
        let run = try await asNobody("tisbackup-run", "-s", "web1")
        #expect(run.status == 0, "\(run.stdout)\(run.stderr)")
      }
      let kept = site.snapshots()[1]
      _ = try await site.rows(
        "UPDATE stats SET backup_start='2020-01-01T00:00:00.000000', backup_end='2020-01-01T00:00:01.000000' WHERE backup_location NOT LIKE '%\(kept)'"
      )
      let cleanup = try await asNobody("tisbackup-cleanup", "-s", "web1")
      #expect(cleanup.status == 0, "\(cleanup.stdout)\(cleanup.stderr)")
      #expect(site.snapshots() == [kept])
      #expect(names("\(site.base)/web1").filter { $0.hasPrefix(".trash") } == [])
    }
  }

  @Test func `are whole wherever a run is killed, and the next run goes on`() async throws {
    try await site { site, _ in
      for number in 0..<200 { try write("\(number)\n", to: "\(site.source)/sub/\(number)") }
      try await backUp(site, "first")
      var generator = SeededGenerator(seed: 7)
      for kill in 0..<20 {
        try write("kill \(kill)\n", to: "\(site.source)/one.txt")
        try write("new\n", to: "\(site.source)/sub/new\(kill)")
        let seconds = Double.random(in: 0.01...0.6, using: &generator)
        _ = try await KilledProgram.run(
          [toolPath("tisbackup-run"), "-c", site.ini, "-q"], seconds: seconds,
          output: "\(site.folder)/killed.log")
        for section in ["web1", "web2"] {
          for name in site.snapshots(section) {
            #expect(exists("\(site.base)/\(section)/.\(name).json"), "kill \(kill): \(name)")
          }
        }
        var check = try await site.check()
        if check.status == 3, check.stdout.contains("journal: run tisbackup-status") {
          // Killed within a commit: the check may only read, and says who has to put it right.
          #expect(try await site.tool("tisbackup-status").status == 0)
          check = try await site.check()
        }
        #expect([0, 1].contains(check.status), "kill \(kill): \(check)")
      }
      try await backUp(site, "last")
      let proof = try await site.tool("tisbackup-verify", "--all")
      #expect(proof.status == 0, "\(proof.stdout)\(proof.stderr)")
      // It removes what the killed ones had begun to write.
      let cleanup = try await site.tool("tisbackup-cleanup")
      #expect(cleanup.status == 0, "\(cleanup.stdout)\(cleanup.stderr)")
      let fsck = try await site.tool("tisbackup-register", "--fsck")
      #expect(fsck.status == 0, "\(fsck.stdout)\(fsck.stderr)")
      for section in ["web1", "web2"] {
        #expect(names("\(site.base)/\(section)").filter { $0.hasSuffix(".partial") } == [])
      }
    }
  }
}
