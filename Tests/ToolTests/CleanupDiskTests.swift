import Foundation
import Glibc
import TISBackupTestSupport
import Testing

/// tisbackup-cleanup on the file systems that backups lie on, and what they hold.
@Suite("tisbackup-cleanup, on real disks", .scratch)
struct CleanupDiskTests {
  /// A server whose base folder is a disk: two old backups, and one of an hour ago.
  private func with(
    _ fileSystem: LoopDisk.FileSystem, _ body: (OldServer, LoopDisk, [String]) async throws -> Void
  ) async throws {
    let base = "\(ScratchDirectory.path)/base"
    try await LoopDisk.mounted(base, megabytes: 64, as: fileSystem) { disk in
      let server = try await OldServer.make(OldServer.section("web1"))
      var places: [String] = []
      for ago in [2000.0, 1000, 1] { places.append(try await server.add(.init(ago: ago))) }
      try await body(server, disk, places)
    }
  }

  private func freeBytes(_ folder: String) -> Int {
    var status = statvfs()
    statvfs(folder, &status)
    return Int(status.f_bfree) * Int(status.f_frsize)
  }

  @Test(
    "removes whatever a backup may hold", arguments: [.ext4, .xfs, .btrfs] as [LoopDisk.FileSystem])
  func everything(_ fileSystem: LoopDisk.FileSystem) async throws {
    try await with(fileSystem) { server, _, places in
      let old = places[0]
      let script = """
        set -e; cd "$1"
        mkdir -p deep/er/still; mkfifo fifo; mknod null c 1 3; ln -s / root; ln -s nowhere dangling
        truncate -s 20G sparse; echo x > plain; ln plain "deep/linked"; ln plain "$2/linked"
        setfattr -n user.comment -v word plain; setfacl -m u:65534:r plain; chmod 0 deep/er
        printf 1 > "$(printf 'a\\nb')"; printf 1 > "$(printf '\\377\\376')"; printf 1 > ' -rf *'
        printf 1 > "$(printf '\\342\\200\\246%0240d' 1)"; dd if=/dev/urandom of=big bs=1M count=8 2>/dev/null
        chattr +c big 2>/dev/null || true
        """
      let made = try await program(["sh", "-c", script, "sh", old, places[2]])
      #expect(made.status == 0, "\(made.stderr)")
      sync()
      let free = freeBytes(server.base)
      let result = try await server.tool("tisbackup-cleanup", "--json")
      #expect(result.status == 0, "\(result.stderr)")
      #expect(places.map(exists) == [false, false, true])
      #expect(try text("\(places[2])/linked") == "x\n")
      sync()
      // btrfs gives the room back a little later.
      if fileSystem != .btrfs { #expect(freeBytes(server.base) - free >= 7 << 20) }
    }
  }

  @Test("takes down a file of 65,000 names, name by name", .timeLimit(.minutes(5)))
  func manyNames() async throws {
    try await with(.ext4) { server, _, places in
      // ext4 holds 65,000 names of a file, and refuses the next.
      try await program([
        "python3", "-c",
        """
        import os, sys
        old, kept = sys.argv[1], sys.argv[2]
        for n in range(64999 - 1):
            if n % 1000 == 0: os.mkdir(f"{old}/{n}")
            os.link(f"{kept}/file", f"{old}/{n - n % 1000}/{n}")
        os.link(f"{kept}/file", f"{kept}/last")
        try: os.link(f"{kept}/file", f"{old}/one-more")
        except OSError as error: sys.exit(0 if error.errno == 31 else 1)
        sys.exit(2)
        """, places[0], places[2],
      ]).expectSuccess()
      let dry = try await server.tool("tisbackup-cleanup", "--dry-run", "--json")
      let rows = try #require(try json(dry.stdout) as? [[String: Any]])
      let freed = try #require(rows.last?["freed_bytes"] as? Int)
      // 65 folders and their names, and not one byte of the file.
      #expect(freed > 65 * 4096 && freed < 4 << 20)
      #expect(try await server.tool("tisbackup-cleanup").status == 0)
      #expect(!exists(places[0]))
      let links = try FileManager.default.attributesOfItem(atPath: "\(places[2])/file")
      #expect(links[.referenceCount] as? Int == 2)
    }
  }

  @Test("does not go into a disk that is mounted in a backup, and says so")
  func mount() async throws {
    try await with(.ext4) { server, _, places in
      let inner = "\(places[0])/mnt"
      try await SmallDisk.mounted(inner, kilobytes: 64) { _ in
        try write("precious", to: "\(inner)/file")
        let result = try await server.tool("tisbackup-cleanup")
        #expect(result.status == 2)
        #expect(result.stderr.contains("another file system is mounted on '\(server.base)/web1/"))
        let left = names("\(server.base)/web1").filter { $0.hasPrefix(".trash-") }
        #expect(try text("\(server.base)/web1/\(try #require(left.first))/mnt/file") == "precious")
        // It was renamed with the backup, and is unmounted where it is now.
        _ = try await program(["umount", "\(server.base)/web1/\(left[0])/mnt"])
        try makeFolder(inner)
        _ = try await program(["mount", "-t", "tmpfs", "tmpfs", inner])
      }
      #expect(try await server.tool("tisbackup-cleanup").status == 0)
    }
  }

  @Test("goes on with the next section when the kernel refuses one, and finishes it later")
  func immutable() async throws {
    try await with(.ext4) { server, _, places in
      try await program(["chattr", "+i", "\(places[0])/file"]).expectSuccess()
      let result = try await server.tool("tisbackup-cleanup")
      #expect(result.status == 2)
      #expect(result.stderr.contains("cannot remove '"))
      let trash = names("\(server.base)/web1").filter { $0.hasPrefix(".trash-") }
      #expect(trash.count == 1 && exists(places[2]))
      try await program(["chattr", "-i", "\(server.base)/web1/\(trash[0])/file"]).expectSuccess()
      #expect(try await server.tool("tisbackup-cleanup").status == 0)
      #expect(names("\(server.base)/web1").allSatisfy { !$0.hasPrefix(".trash-") })
      #expect(places.map(exists) == [false, false, true])
    }
  }

  @Test("a disk that is pulled while it runs loses nothing that was to be kept")
  func pulled() async throws {
    try await with(.ext4) { server, disk, places in
      try await program([
        "sh", "-c",
        "cd \"$1\"; for f in $(seq 200); do mkdir $f; for n in $(seq 40); do : > $f/$n; done; done",
        "sh", places[0],
      ]).expectSuccess()
      async let cleaning = server.tool("tisbackup-cleanup")
      try await waitUntil("the removal has begun") {
        names("\(server.base)/web1").contains { $0.hasPrefix(".trash-") } || !exists(places[0])
      }
      try await disk.fail()
      // It may have been done by then.
      #expect([0, 2, 3].contains(try await cleaning.status))
      try await disk.unmount()
      try await disk.mount()
      #expect(exists("\(places[2])/file"))
      #expect(try await server.tool("tisbackup-cleanup").status == 0)
      #expect(places.map(exists) == [false, false, true])
      #expect(names("\(server.base)/web1").allSatisfy { !$0.hasPrefix(".trash-") })
    }
  }
}

extension ToolResult {
  fileprivate func expectSuccess() throws {
    try #require(status == 0, "\(stderr)")
  }
}
