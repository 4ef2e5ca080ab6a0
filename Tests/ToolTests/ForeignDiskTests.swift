import Foundation
import TISBackupTestSupport
import Testing

/// Exports to disks of other systems, which keep nothing of a file but its content; and what
/// RESTORE.txt makes of each kind of disk.
@Suite("tisbackup-export to any disk", .scratch, .timeLimit(.minutes(3)))
struct ForeignDiskTests {
  /// A machine with something of everything, in a backup.
  private func site() async throws -> RestoreSite {
    let site = try RestoreSite()
    let web1 = try await site.machine("web1.example.com")
    let source = "\(site.folder)/web1"
    try makeFolder(source)
    try await TreeFacts.sample(source)
    for name in ["a:b?", "dot.", "new\nline", "UPPER", "upper"] {
      try write(name, to: "\(source)/\(name)")
    }
    #expect(
      try await program(["sh", "-c", "printf x >\"$1/$(printf 'caf\\351')\"", "sh", source]).status
        == 0)
    #expect(try await program(["truncate", "-s", "3000000", "\(source)/sparse"]).status == 0)
    try site.add("web1", "type = rsync+ssh\n\(web1.iniLines)\nremote_dir = \(source)")
    try await site.backUp()
    return site
  }

  /// The commands of RESTORE.txt that name a section, with words for where and what.
  private func commands(_ site: RestoreSite, _ date: String) throws -> [String] {
    try text("\(site.disk)/RESTORE.txt").matches(of: #/(?m)^ {2,}((?:cat|rsync|sha256sum) .*)$/#)
      .map { match in
        String(match.1).replacing("SECTION", with: "web1").replacing("DATE", with: date)
          .replacing("root@SERVER:/path/", with: "\(site.folder)/out/")
          .replacing("/path", with: "\(site.folder)/out")
          .replacing("./NAME", with: "./etc/hosts")
      }
  }

  /// Without vfat: the driver for tests loses what is in a folder that gets another name.
  private static let types = LoopDisk.FileSystem.allCases.filter { $0 != .vfat }

  @Test(arguments: types)
  func `everything comes back as it was, with the commands of RESTORE.txt`(
    _ type: LoopDisk.FileSystem
  ) async throws {
    let site = try await site()
    let stored = "\(site.base)/web1/\(try site.backup("web1"))/sparse"
    #expect(try await program(["fallocate", "--dig-holes", stored]).status == 0)
    try await LoopDisk.mounted(site.disk, megabytes: 32, as: type) { disk in
      let result = try await tool("tisbackup-export", ["-c", site.ini, "-x", site.disk])
      #expect(result.status == 0, "\(result.stdout)\(result.stderr)")
      #expect(
        result.stdout.contains("as an archive: the target keeps no owners, modes and links")
          == !type.isOfUnix)
      let date = try site.backup("web1")
      let paper = try text("\(site.disk)/RESTORE.txt")
      #expect(paper.contains("      \(date)/\n"))
      let out = "\(site.folder)/out"
      let original = try await TreeFacts.of("\(site.base)/web1/\(date)")
      let commands = try commands(site, date)
      let programs = commands.map { String($0.prefix { $0 != " " }) }
      #expect(programs == ["sha256sum"] + (type.isOfUnix ? ["rsync"] : ["cat", "cat", "cat"]))
      for command in commands {
        try? FileManager.default.removeItem(atPath: out)
        try makeFolder(out)
        let result = try await program(["sh", "-e", "-c", command], workingFolder: site.disk)
        #expect(result.status == 0, "\(command): \(result.stderr)")
        if command.contains("hosts") {
          #expect(try text("\(out)/etc/hosts") == "127.0.0.1 localhost\n")
        } else if command.contains(" -xpf ") || command.hasPrefix("rsync") {
          let restored = try await TreeFacts.of(out)
          let lines = { (facts: String) in Set(facts.split(separator: "\n")) }
          let difference = lines(restored).symmetricDifference(lines(original)).sorted()
          #expect(difference.isEmpty, "\(command): \(difference)")
          let blocks = try await program(["stat", "-c", "%b", "\(out)/sparse"]).stdout
          #expect((Int(blocks.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 9999) < 100)
        }
      }
      // Again: proven, and not written anew.
      let again = try await tool("tisbackup-export", ["-c", site.ini, "-x", site.disk])
      #expect(again.status == 0 && again.stdout.contains("was there already"), "\(again)")
      let proof = try await tool("tisbackup-export", ["-c", site.ini, "--verify", "-x", site.disk])
      #expect(proof.status == 0, "\(proof.stdout)\(proof.stderr)")
    }
  }

  @Test(arguments: [LoopDisk.FileSystem.ext4, .exfat])
  func `what went bad on it is made again`(_ type: LoopDisk.FileSystem) async throws {
    let site = try await site()
    try await LoopDisk.mounted(site.disk, megabytes: 32, as: type) { disk in
      try await site.export()
      let folder = "\(site.disk)/web1/\(try site.backup("web1"))"
      let file = type.isOfUnix ? "\(folder)/etc/hosts" : "\(folder)/web1.tar.0000"
      try write("bad", to: file)
      let result = try await tool("tisbackup-export", ["-c", site.ini, "-x", site.disk])
      #expect(result.status == 1 && result.stdout.contains("had gone bad"), "\(result)")
      let proof = try await program(
        ["sha256sum", "-c", "MANIFEST.sha256"], workingFolder: site.disk)
      #expect(proof.status == 0)
      #expect(try await tool("tisbackup-export", ["-c", site.ini, "-x", site.disk]).status == 0)
    }
  }

  @Test func `a file with as many links as ext4 takes is copied anew`() async throws {
    let site = try await site()
    try await LoopDisk.mounted(site.disk, megabytes: 32) { disk in
      try await site.export()
      let first = "\(site.disk)/web1/\(try site.backup("web1"))/etc/hosts"
      let linked = try await program(
        ["python3", "-", first, "\(site.disk)/links"],
        input: """
          import errno, os, sys
          os.mkdir(sys.argv[2])
          try:
              for number in range(70_000): os.link(sys.argv[1], f"{sys.argv[2]}/{number}")
          except OSError as error: sys.exit(error.errno != errno.EMLINK)
          sys.exit("no limit")
          """)
      #expect(linked.status == 0, "\(linked.stderr)")
      try await site.backUp()
      try await site.export()
      let generations = names("\(site.disk)/web1").filter { $0.hasPrefix("2") }
      let files = generations.map { "\(site.disk)/web1/\($0)/etc/hosts" }
      #expect(try files.map { try facts($0).links } == [65_000, 1])
      let conf = try generations.map {
        try facts("\(site.disk)/web1/\($0)/etc/app/app.conf").links
      }
      #expect(conf == [2, 2])
    }
  }

  @Test func `receipt and manifest go along: who takes copies over has proven backups`()
    async throws
  {
    let site = try await site()
    try await site.export()
    let date = try site.backup("web1")
    #expect(names("\(site.disk)/web1") == [".\(date).json", ".\(date).manifest", date])
    try FileManager.default.removeItem(atPath: site.base)
    try makeFolder(site.base)
    try FileManager.default.removeItem(atPath: "\(site.folder)/state")
    let copied = try await program([
      "rsync", "-aHAX", "--numeric-ids", "\(site.disk)/web1", "\(site.base)/",
    ])
    #expect(copied.status == 0)
    #expect(try await tool("tisbackup-register", ["-c", site.ini]).status == 0)
    let proof = try await tool("tisbackup-verify", ["-c", site.ini])
    #expect(proof.status == 0 && proof.stdout.contains("entries as recorded"), "\(proof)")
  }

  @Test func `a backup that went bad since it was taken is not exported, and told`() async throws {
    let site = try await site()
    let file = "\(site.base)/web1/\(try site.backup("web1"))/etc/hosts"
    let rotten = try await program([
      "sh", "-c",
      #"cp -p "$1" "$2" && printf X | dd of="$1" conv=notrunc status=none && touch -r "$2" "$1""#,
      "sh", file, "\(site.folder)/before",
    ])
    #expect(rotten.status == 0)
    let result = try await tool("tisbackup-export", ["-c", site.ini, "-x", site.disk])
    #expect(result.status == 2)
    #expect(
      result.stdout.contains("in the backup itself 1 file, such as 'etc/hosts', went bad"),
      "\(result.stdout)")
    #expect(names("\(site.disk)/web1").allSatisfy { $0.hasSuffix(".incoming") })
  }
}
