import BackupProofs
import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// What every type leaves on disk, proven by its content alone.
@Suite(.scratch)
struct ArtifactProofTests {
  @Test(arguments: BackupTypes.all.map(\.name))
  func `every type that leaves something on disk has one proof, and no other has`(_ name: String)
    throws
  {
    let type = try #require(BackupTypes.named(name))
    let proofs = ArtifactProofs.all.filter { $0.types.contains { $0.name == name } }
    #expect(proofs.count == (type.artifact == .none ? 0 : 1))
    #expect((ArtifactProofs.proof(of: type) == nil) == (type.artifact == .none))
  }

  private static let dump = "-- MariaDB dump 10.19\nx\n-- Dump completed on 2026-11-27\n"

  /// A type, the files of a backup, and what a proof says: `ok`, what is shown, or what is wrong.
  static let cases: [(String, [String: String], String)] = [
    ("rsync", ["a": "x"], "ok"), ("rsync+ssh", [:], "is empty"),
    ("mysql+ssh", ["a.sql.gz": dump, "databases.sql": "x"], "1 dump whole and complete"),
    ("mysql+ssh", ["a.sql.gz": dump, "b.sql.gz": dump], "2 dumps whole and complete"),
    (
      "mysql+ssh", ["a.sql.gz": dump, "b.sql.gz": "-- MariaDB dump 10.19\nx\n"],
      "lacks its end marker"
    ),
    ("mysql+ssh", ["a.sql.gz": "hello"], "does not begin as a dump does"),
    ("mysql+ssh", ["databases.sql": "x"], "holds no dump"),
    ("mysql+ssh", [:], "holds no dump"),
    (
      "pgsql+ssh",
      [
        "a-20261127-10h00m00.sql.gz":
          "--\n-- PostgreSQL database dump\n--\n-- PostgreSQL database dump complete\n"
      ],
      "1 dump whole and complete"
    ),
    ("pgsql+ssh", ["a-20261127-10h00m00.dump": "PGDMP"], "is not whole"),
    (
      "samba4", ["a.ldb.tisbackup.gz": "TDB file\nx", "b.ldb.tisbackup.gz": "x"],
      "does not begin as a database does"
    ),
    (
      "samba4", ["a.ldb.tisbackup.gz": "TDB file\nx", "b.tdb.tisbackup.gz": "TDB file\ny"],
      "2 files whole"
    ),
    ("samba4", ["a.ldb.tisbackup.gz": ""], "does not begin as a database does"),
    ("mysql+ssh", ["a.sql.gz": "TDB file\nx"], "does not begin as a dump does"),
    ("samba4", ["a": "x"], "holds no compressed file"),
  ]

  @Test(arguments: cases)
  func `a folder is as good as its worst file`(
    _ type: String, _ files: [String: String], _ answer: String
  ) async throws {
    let folder = "\(ScratchDirectory.path)/backup"
    try makeFolder(folder)
    for (name, text) in files {
      if name.hasSuffix(".gz") {
        _ = try await gzip(text, to: "\(folder)/\(name)")
      } else {
        try write(text, to: "\(folder)/\(name)")
      }
    }
    let said = try await proof(type, folder)
    #expect(said.contains(answer), "\(said)")
  }

  @Test(arguments: ["TAPE...", "MSSQLBAK..."])
  func `a file must be whole, and a backup`(_ content: String) async throws {
    let (type, path) = ("sqlserver+ssh", "\(ScratchDirectory.path)/backup.gz")
    _ = try await gzip("Error: no such file", to: path)
    #expect(try await proof(type, path) == "'\(path)' does not begin as a database does")
    _ = try await gzip(content, to: path)
    #expect(try await proof(type, path) == "whole")
    try SmallFile.write(try bytes(path).dropLast(), to: path)
    #expect(try await proof(type, path) == "'\(path)' is cut short")
    try write("", to: path)
    #expect(try await proof(type, path) == "'\(path)' is empty")
    let folder = "\(ScratchDirectory.path)/folder"
    try makeFolder(folder)
    #expect(try await proof(type, folder) == "'\(folder)' is a folder, not a file")
  }

  @Test(arguments: [
    ("cat", ""), ("gzip", ", compressed with gzip"), ("zstd", ", compressed with zstd"),
  ])
  func `an export is as good as its worst chunk`(_ packer: String, _ how: String) async throws {
    let sample = XVAFixtures.sample(chunks: "ab.c5")
    let path = "\(ScratchDirectory.path)/web1.xva"
    let packed = try await XVAFixtures.packed(sample.bytes, packer)
    try SmallFile.write(packed, to: path)
    let whole = "1 disk (3 KiB) whole, 3 chunks as their xxHash says, from XCP-ng 8.3.0"
    #expect(try await proof("xen-xva", path) == whole + how)
    for length in [packed.count - 1, packed.count / 2, 1] {
      try SmallFile.write(packed.prefix(length), to: path)
      let said = try await proof("xen-xva", path)
      #expect(said.hasPrefix("'\(path)' is cut short"), "\(said)")
    }
    var damaged = sample.members
    damaged[3].data[700] ^= 1
    try SmallFile.write(
      try await XVAFixtures.packed(XVASample.bytes(damaged), packer), to: path)
    let said = try await proof("xen-xva", path)
    #expect(said.contains("is damaged: chunk 1 of the disk 'Ref:7' at byte "), "\(said)")
    try write("", to: path)
    #expect(try await proof("xen-xva", path) == "'\(path)' is empty")
  }

  @Test func `the proof of an export ends soon after its task does`() async throws {
    let path = "\(ScratchDirectory.path)/web1.xva"
    try SmallFile.write(XVAFixtures.sample().bytes, to: path)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await XVAProof.content(of: path)
    }
    let error = await #expect(throws: BackupError.self) { try await task.value }
    #expect(error?.code == .interrupted)
  }

  @Test func `what is not there, or only a link, is not taken for a backup`() async throws {
    let folder = ScratchDirectory.path
    try makeFolder("\(folder)/real/x")
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder)/link", withDestinationPath: "\(folder)/real")
    #expect(try await proof("rsync", "\(folder)/link") == "'\(folder)/link' is not a folder")
    let error = await #expect(throws: BackupError.self) {
      try await StoredArtifact(type: .rsync, location: "\(folder)/gone").prove(using: .quiet)
    }
    #expect(error?.code == .storage)
  }

  @Test(arguments: [
    ("pg_restore: error: unsupported version (1.16) in file header", BackupError.Code.storage),
    ("pg_restore: error: could not read from input file: end of file", .unproven),
  ])
  func `a pg_restore that is too old says nothing about the dump`(
    _ said: String, _ code: BackupError.Code
  ) async throws {
    let transcript = Transcript([
      ("pg_restore --file=/dev/null -- /b/a.dump", Finished(1, errors: said))
    ])
    let error = await #expect(throws: BackupError.self) {
      try await CustomDump(path: "/b/a.dump").prove(using: transcript.world())
    }
    #expect(error?.code == code)
    #expect(error?.message.text.contains(said) == true)
    transcript.expectFinished()
  }

  private func proof(_ type: String, _ location: String) async throws -> String {
    let artifact = StoredArtifact(
      type: try #require(BackupTypes.named(type)), location: location)
    do throws(BackupError) {
      return try await artifact.prove(using: .quiet) ?? "ok"
    } catch {
      #expect(error.code == .unproven, "\(error)")
      return error.message.text
    }
  }

  private func gzip(_ text: String, to path: String) async throws -> String {
    let packed = try await program(["sh", "-c", "gzip -c > \"$1\"", "sh", path], input: text)
    try #require(packed.status == 0)
    return path
  }
}

extension World {
  fileprivate static let quiet = World.live(say: { _ in })
}
