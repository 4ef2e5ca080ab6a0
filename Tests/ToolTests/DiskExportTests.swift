import Foundation
import Glibc
import TISBackupTestSupport
import Testing

/// Exports to disks that are found by their labels: real file systems on loop devices, without udev.
@Suite("tisbackup-export --disk", .scratch, .timeLimit(.minutes(3)))
struct DiskExportTests {
  /// A label no other test has.
  private let label = "d" + String(UInt32.random(in: .min ... .max), radix: 16)

  private func site() async throws -> Site {
    let site = try await Site.start()
    #expect(try await site.run().status == 0)
    return site
  }

  private func export(_ site: Site, _ arguments: String..., environment: [String: String] = [:])
    async throws -> ToolResult
  {
    try await tool(
      "tisbackup-export", ["-c", site.ini] + arguments, environment: environment)
  }

  /// What is on a disk, compared with the source, by whoever mounts it next.
  private func expectCopy(_ site: Site, on disk: PluggedDisk) async throws {
    #expect(disk.points == [])
    let usb = "\(site.folder)/usb"
    try await disk.mounted(usb) { () async throws in
      let generation = try #require(names("\(usb)/web1").first { $0.hasPrefix("2") })
      let copy = "\(usb)/web1/\(generation)"
      #expect(try await program(["diff", "-r", site.source, copy]).status == 0)
      let proof = try await program(["sha256sum", "-c", "MANIFEST.sha256"], workingFolder: usb)
      #expect(proof.status == 0, "\(proof.stdout)")
    }
  }

  @Test(arguments: [LoopDisk.FileSystem.ext4, .xfs, .btrfs])
  func `finds, mounts, copies, proves and unmounts`(_ type: LoopDisk.FileSystem) async throws {
    let site = try await site()
    try await LoopDisk.plugged(label, as: type) { disk in
      let result = try await export(site, "--disk", label)
      #expect(result.status == 0, "\(result.stdout)\(result.stderr)")
      try await expectCopy(site, on: disk)
      #expect(names("\(site.folder)/state/disks").allSatisfy { $0.hasSuffix(".lock") })
      let row = try await site.rows(
        "SELECT target, label, is_disk, section FROM export_targets JOIN export_copies USING (target)"
      )
      #expect(row == ["\(try await disk.uuid)|\(label)|1|web1"])
      // By UUID, too; it is there already.
      let again = try await export(site, "--disk=\(try await disk.uuid.uppercased())")
      #expect(again.status == 0 && again.stdout.contains("was there already"), "\(again)")
    }
  }

  @Test func `of a rotation set takes the one that is here, and takes turns`() async throws {
    let site = try await site()
    let (one, two) = (label + "a", label + "b")
    try site.configure(
      site.section("web1"), global: "export_disks = \(one), \(two)\nmaximum_disk_age = 24")
    let nobody = try await export(site)
    #expect(nobody.status == 3)
    #expect(nobody.stderr.contains("none of the disks '\(one)', '\(two)' is plugged in"))
    try await LoopDisk.plugged(two) { second in
      #expect(try await export(site).status == 0)
      try await expectCopy(site, on: second)
      let check = try await site.check("-T", "EXPORT")
      #expect(check.status == 1, "\(check.stdout)")
      #expect(check.stdout.contains("[WARNING] disk \(one) - never exported to"))
      #expect(check.stdout.contains("[OK] disk \(two) - last export"))
      #expect(check.stdout.contains("'disk_\(two)_age'="))
      try await LoopDisk.plugged(one) { first in
        #expect(try await export(site).status == 0)
        try await expectCopy(site, on: first)
        let check = try await site.check("-T", "EXPORT")
        #expect(check.status == 0, "\(check.stdout)")
        _ = try await site.rows(
          "UPDATE export_copies SET backup_start='2020-01-01T00:00:00.000000+00:00' WHERE target='\(try await first.uuid)'"
        )
        let old = try await site.check("-T", "EXPORT")
        #expect(
          old.status == 2 && old.stdout.contains("[CRITICAL] disk \(one) - "), "\(old.stdout)")
        #expect(try await site.check().status == 0)
      }
    }
  }

  @Test func `two of one label are told apart by their UUIDs alone`() async throws {
    let site = try await site()
    try await LoopDisk.plugged(label) { one in
      try await LoopDisk.plugged(label) { two in
        let result = try await export(site, "--disk", label)
        site.expect(
          result, 3, saying: ["2 file systems are called '\(label)'", one.device, two.device])
        #expect(try await export(site, "--disk", two.uuid).status == 0)
        try await expectCopy(site, on: two)
      }
    }
  }

  @Test func `a disk that replaces another of its label is a disk of its own`() async throws {
    let site = try await site()
    for _ in 0..<2 {
      try await LoopDisk.plugged(label) { disk in
        #expect(try await export(site, "--disk", label).status == 0)
        try await expectCopy(site, on: disk)
      }
    }
    #expect(try await site.rows("SELECT count(*) FROM export_targets") == ["2"])
    let check = try await site.check("-T", "EXPORT")
    #expect(check.stdout.components(separatedBy: "] disk \(label) - ").count == 2)
  }

  @Test func `one without a label is found by its UUID`() async throws {
    let site = try await site()
    try await LoopDisk.plugged(nil) { disk in
      #expect(try await export(site, "--disk", disk.uuid).status == 0)
      try await expectCopy(site, on: disk)
    }
  }

  @Test func `one that is mounted is used where it is, and stays mounted`() async throws {
    let site = try await site()
    try await LoopDisk.plugged(label) { disk in
      try await disk.mounted("\(site.folder)/mine") { () async throws in
        #expect(try await export(site, "--disk", label).status == 0)
        #expect(disk.points == ["\(site.folder)/mine"])
        #expect(names("\(site.folder)/mine").contains("MANIFEST.sha256"))
      }
      try await disk.mounted("\(site.folder)/mine", ["-o", "ro"]) { () async throws in
        site.expect(
          try await export(site, "--disk", label), 3, saying: ["for reading alone", "umount"])
      }
    }
  }

  @Test func `one that is protected against writing is told, and left unmounted`() async throws {
    let site = try await site()
    try await LoopDisk.plugged(label) { disk in
      let (image, copy) = (disk.image, "\(site.folder)/protected.img")
      let uuid = UUID().uuidString.lowercased()
      for line in [["cp", image, copy], ["tune2fs", "-U", uuid, copy]] {
        #expect(try await program(line).status == 0)
      }
      try await PluggedDisk.with(copy, isReadOnly: true) { protected in
        site.expect(try await export(site, "--disk", uuid), 3, saying: ["can only be read"])
        #expect(protected.points == [])
      }
    }
  }

  @Test func `a dry run mounts nothing, and says which disk it would be`() async throws {
    let site = try await site()
    try await LoopDisk.plugged(label) { disk in
      let result = try await export(site, "--disk", label, "--dry-run")
      #expect(result.status == 0, "\(result.stderr)")
      #expect(result.stdout.contains("DISK is '\(label)' (\(disk.device)) of 16 MiB"))
      #expect(disk.points == [] && !exists("\(site.folder)/state/disks"))
      let empty = try await site.rows("SELECT count(*) FROM stats WHERE TYPE='EXPORT'")
      #expect(empty == ["0"])
    }
  }

  @Test func `the disk of the backups themselves is refused by name`() async throws {
    try await LoopDisk.plugged(label, megabytes: 64) { disk in
      let folder = ScratchDirectory.path
      try await disk.mounted("\(folder)/base") { () async throws in
        let site = try await site()
        site.expect(
          try await export(site, "--disk", label), 3,
          saying: ["'\(label)' (\(disk.device)) holds the backups themselves"])
        let list = try await export(site, "--list-disks")
        #expect(list.stdout.contains("holds the backups themselves"))
        // rsyncd and the catalog are elsewhere, the base folder must be free.
        try FileManager.default.removeItem(atPath: "\(folder)/base/log")
      }
    }
  }

  @Test func `stopped by SIGTERM it unmounts; killed, the next one takes over and unmounts`()
    async throws
  {
    let site = try await Site.start()
    try Data(repeating: 7, count: 2_000_000).write(to: URL(filePath: "\(site.source)/large.bin"))
    #expect(try await site.run().status == 0)
    let bin = "\(site.folder)/bin"
    try makeFolder(bin)
    try write(
      "#!/bin/sh\nexec /usr/bin/rsync --bwlimit=100 \"$@\"\n", to: "\(bin)/rsync", mode: 0o755)
    let slow = ["PATH": "\(bin):/usr/sbin:/usr/bin:/sbin:/bin"]
    try await LoopDisk.plugged(label) { disk in
      for signal in ["TERM", "KILL"] {
        let pidFile = "\(site.folder)/pid-\(signal)"
        async let result = program(
          [
            "sh", "-c", "echo $$ >\"$1\"; shift; exec \"$@\"", "sh", pidFile,
            toolPath("tisbackup-export"), "-c", site.ini, "--disk", label,
          ], environment: slow)
        do {
          try await waitUntil("the copy is on its way") {
            disk.points.contains { point in
              names("\(point)/web1").contains { folder in
                names("\(point)/web1/\(folder)").contains { $0.hasPrefix(".large.bin") }
              }
            }
          }
        } catch { Issue.record(error) }
        let pid = try text(pidFile).trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(try await program(["kill", "-\(signal)", pid]).status == 0)
        let ended = try await result
        #expect(ended.status == (signal == "TERM" ? 2 : 128 + 9), "\(ended.stderr)")
        #expect(disk.points.isEmpty == (signal == "TERM"))
      }
      // The rsync of the killed one ends by itself, or holds the disk until it does.
      try await waitUntil("nobody uses the disk") {
        try await program(["fuser", "-s", "-m", disk.points[0]]).status != 0
      }
      let next = try await export(site, "--disk", label)
      #expect(next.status == 0, "\(next.stdout)\(next.stderr)")
      try await expectCopy(site, on: disk)
    }
  }

  @Test func `what keeps it mounted is a warning that names it`() async throws {
    let site = try await site()
    try await LoopDisk.plugged(label) { disk in
      // Somebody walks into the disk while the catalog is copied to it.
      let bin = "\(site.folder)/bin"
      try makeFolder(bin)
      try write(
        """
        #!/bin/sh
        for last; do :; done
        (cd "${last%/web1/*}" && exec sleep 60) </dev/null >/dev/null 2>&1 &
        echo $! >'\(site.folder)/sleeper'
        exec /usr/bin/rsync "$@"

        """, to: "\(bin)/rsync", mode: 0o755)
      let result = try await export(
        site, "--disk", label, environment: ["PATH": "\(bin):/usr/sbin:/usr/bin:/sbin:/bin"])
      let pid = try text("\(site.folder)/sleeper").trimmingCharacters(in: .whitespacesAndNewlines)
      #expect(result.status == 1, "\(result.stdout)\(result.stderr)")
      #expect(result.stdout.contains("in use by sleep (\(pid))"), "\(result.stdout)")
      #expect(result.stdout.contains("Do not pull it yet"))
      #expect(try await program(["kill", pid]).status == 0)
    }
  }

  @Test func `a list of the disks needs no mount, and knows the set and the last export`()
    async throws
  {
    let site = try await site()
    try site.configure(site.section("web1"), global: "export_disks = \(label), away")
    try await LoopDisk.plugged(label) { disk in
      #expect(try await export(site, "--disk", label).status == 0)
      let page = try await export(site, "--list-disks")
      #expect(page.status == 0)
      let line = page.stdout.split(separator: "\n").first { $0.hasPrefix(disk.device + " ") }
      #expect(line?.contains(label) == true && line?.contains(" yes ") == true, "\(page.stdout)")
      #expect(line?.contains("ago") == true)
      #expect(page.stdout.contains("not here"))
      let document = try #require(
        try json(await export(site, "--list-disks", "--json").stdout) as? [String: [[String: Any]]])
      let entry = try #require(document["disks"]?.first { $0["label"] as? String == label })
      #expect(entry["uuid"] as? String == (try await disk.uuid))
      #expect(entry["in_set"] as? Bool == true && entry["plugged_in"] as? Bool == true)
      #expect(entry["size"] as? Int == 16 << 20 && entry["type"] as? String == "ext4")
      #expect((entry["age"] as? Int).map { $0 >= 0 } == true)
      let away = try #require(document["disks"]?.first { $0["name"] as? String == "away" })
      #expect(away["plugged_in"] as? Bool == false && away["last_export"] == nil)
      #expect(disk.points == [])
    }
  }

  @Test func `an unprivileged user is told that disks are root's`() async throws {
    let site = try await site()
    try await LoopDisk.plugged(label) { disk in
      // The tool is copied, for nobody may look into the folder of the build.
      let folder = "/tmp/tisbackup-\(UUID().uuidString)"
      try makeFolder(folder)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let ini = "\(folder)/ini"
      try FileManager.default.copyItem(atPath: site.ini, toPath: ini)
      try FileManager.default.copyItem(
        atPath: toolPath("tisbackup-export"), toPath: "\(folder)/tisbackup-export")
      #expect(try await program(["chmod", "-R", "a+rX", folder]).status == 0)
      func asNobody(_ words: [String]) async throws -> ToolResult {
        try await program(
          ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
            + ["\(folder)/tisbackup-export", "-c", ini] + words)
      }
      let export = try await asNobody(["--disk", label])
      #expect(export.status == 3)
      #expect(export.stderr.contains("Only root may look at disks and mount them"), "\(export)")
      #expect(disk.points == [])
      let list = try await asNobody(["--list-disks"])
      #expect(list.status == 0, "\(list)")
      #expect(list.stderr.contains("only root may look at the disks themselves"))
    }
  }

  @Test(arguments: [
    (["-x", "/mnt", "--disk", "a"], "-x and --disk contradict each other"),
    (["--disk", "a,,b"], "--disk takes labels or UUIDs"),
    (["--disk", ""], "Missing value for '--disk"),
    (["--list-disks", "--verify"], "--list-disks stands alone"),
    (["--verify", "--dry-run", "-x", "/mnt"], "--verify and --dry-run contradict"),
    (["--disk"], "no disk 'tisbackup' is plugged in"),
    (["--disk", "--dry-run"], "no disk 'tisbackup' is plugged in"),
    (["--disk=-a"], "no disk '-a' is plugged in"),
    (["--disk", "a", "--disk", "b,c"], "none of the disks 'a', 'b', 'c' is plugged in"),
    (["--verify"], "nobody says where to export to"), ([], "Give a folder with -x DIR or a disk"),
  ])
  func `bad input is told with the cure`(_ arguments: [String], _ words: String) async throws {
    let site = try await site()
    let result = try await tool("tisbackup-export", ["-c", site.ini] + arguments)
    #expect(result.status == 3)
    #expect(result.stderr.replacing("\n", with: " ").contains(words), "\(result.stderr)")
    #expect(result.stdout == "")
  }
}
