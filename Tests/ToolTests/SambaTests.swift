import Foundation
import TISBackupTestSupport
import Testing

/// Backups of a domain controller's databases, by the real programs over a real sshd.
@Suite("the databases of Samba", .scratch)
struct SambaTests {
  private let scratch = ScratchDirectory.path

  /// Unpacks every file of a backup, and compares it with the database that it is of.
  private func expectSame(_ backup: String, _ tree: SambaTree) async throws {
    for (name, path) in SambaTree.databases {
      let file = "\(scratch)/unpacked-\(name)"
      let unpacked = try await program(
        ["sh", "-c", #"zcat "$1" >"$2""#, "sh", "\(backup)/\(name).tisbackup.gz", file])
      #expect(unpacked.status == 0, "\(unpacked)")
      let (found, expected) = try await (
        SambaTree.content(of: file), SambaTree.content(of: tree.path(path))
      )
      #expect(found == expected, "\(name)")
      #expect(expected.count > 20)
    }
  }

  @Test func `every database comes, whole, and nothing changes over there`() async throws {
    let tree = try await SambaTree.make(in: scratch)
    let site = try await DatabaseSite.start()
    try site.configure(tree)
    let before = try await tree.listing()
    let tried = try await site.run("--test-connection")
    #expect(tried.status == 0, "\(tried)")
    for part in ["/usr/bin/tdbbackup", "LMDB 0.", "6 databases", SambaTree.large] {
      #expect(tried.stdout.contains(part), "\(tried.stdout)")
    }
    let backup = try await site.backUp()
    #expect(names(backup) == SambaTree.files)
    try await expectSame(backup, tree)
    #expect(try await tree.listing() == before)
    let proof = try await site.verify()
    #expect(proof.status == 0, "\(proof)")
    #expect(proof.stdout.contains("6 files whole"), "\(proof.stdout)")
  }

  @Test func `whoever writes is waited for, and what he wrote is in the copy`() async throws {
    let tree = try await SambaTree.make(in: scratch)
    let site = try await DatabaseSite.start()
    try site.configure(tree)
    let release = "\(scratch)/release"
    let holder = try await tree.hold(SambaTree.metadata, until: release)
    async let result = site.run()
    try await waitUntil("the copy waits") {
      names(tree.folder).contains { name in
        name.hasPrefix(".tisbackup.")
          && link("\(tree.folder)/\(name)/db") == tree.path(SambaTree.metadata)
      }
    }
    try write("", to: release)
    try await holder.value
    let ended = try await result
    #expect(ended.status == 0, "\(ended)")
    let backup = try site.backup()
    try await expectSame(backup, tree)
    #expect(try await SambaTree.content(of: tree.path(SambaTree.metadata)).contains("held"))
  }

  @Test func `a database that is written to all the time is copied as it is at one moment`()
    async throws
  {
    let tree = try await SambaTree.make(in: scratch)
    let site = try await DatabaseSite.start()
    try site.configure(tree)
    let stop = "\(scratch)/stop"
    let writer = Task {
      var number = 1000
      while !exists(stop) {
        try await tree.add(to: SambaTree.partition, number..<number + 5)
        number += 5
      }
    }
    for _ in 0..<2 {
      let result = try await site.run()
      #expect(result.status == 0, "\(result)")
    }
    try write("", to: stop)
    try await writer.value
    let folder = "\(site.base)/\(DatabaseSite.section)"
    let backups = names(folder).filter { $0.hasPrefix("2") }
    #expect(backups.count == 2)
    for backup in backups {
      let file = "\(scratch)/copy.ldb"
      let name = (SambaTree.partition as NSString).lastPathComponent
      _ = try await program(
        ["sh", "-c", #"zcat "$1" >"$2""#, "sh", "\(folder)/\(backup)/\(name).tisbackup.gz", file])
      // Entries come in transactions of five.
      let found = try await SambaTree.content(of: file).matches(of: #/dn: CN=user/#).count
      #expect(found >= 40 && found.isMultiple(of: 5), "\(found)")
    }
  }

  @Test func `names of any kind come as they are, and two of one name do not meet`() async throws {
    let tree = try await SambaTree.make(in: scratch)
    let site = try await DatabaseSite.start()
    try site.configure(tree)
    let odd = ["a b.ldb", "it's $(id).ldb", "new\nline.tdb", "per%20cent.ldb", "-rf.tdb", "ü.ldb"]
    for name in odd + ["metadata.tdb"] {
      try FileManager.default.copyItem(
        atPath: tree.path("private/secrets.tdb"), toPath: tree.path("private/\(name)"))
    }
    let backup = try await site.backUp()
    let expected = odd.map { "\($0).tisbackup.gz" } + ["private%2Fmetadata.tdb.tisbackup.gz"]
    #expect(Set(names(backup)) == Set(SambaTree.files + expected))
    try await expectSame(backup, tree)
    let proof = try await site.verify()
    #expect(proof.stdout.contains("13 files whole"), "\(proof)")
  }

  @Test func `what a killed run left is removed, and what another one is at stays`() async throws {
    let tree = try await SambaTree.make(in: scratch)
    let site = try await DatabaseSite.start()
    try site.configure(tree)
    let ended = try await program(["sh", "-c", "echo $$"])
    let dead = ended.stdout.trimmingCharacters(in: .newlines)
    for name in ["\(dead).aB3xYz", "\(getpid()).aB3xYz", "mine.x"] {
      try makeFolder("\(tree.folder)/.tisbackup.\(name)")
      try write("copy", to: "\(tree.folder)/.tisbackup.\(name)/db.tisbackup.tmp")
    }
    let left = { names(tree.folder).filter { $0.hasPrefix(".tisbackup.") } }
    _ = try await site.run("--test-connection")
    #expect(left().count == 3)
    _ = try await site.backUp()
    #expect(left() == [".tisbackup.\(getpid()).aB3xYz", ".tisbackup.mine.x"])
  }

  private func link(_ path: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: path)
  }
}
