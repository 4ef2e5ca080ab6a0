import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

/// Types whose backups are files, or folders of dumps: what is not whole never becomes a row.
@Suite("registering files and dumps", .scratch)
struct RegisterFileTests {
  private static let xva = """
    [vm1]
    type = xen-xva
    server_name = shop
    xcphost = xen.example.com
    password_file = /etc/xen.pw

    """
  private static let metadata = """
    [vm1]
    type = xcp-dump-metadata
    server_name = xen.example.com
    password_file = /etc/xen.pw

    """
  private static let dump = """
    [vm1]
    type = mysql+ssh
    server_name = db.example.com
    private_key = /root/.ssh/id
    db_user = backup
    db_passwd = secret

    """

  /// What a plan says about one file: `ok`, why it is left out, or nil when it is passed over.
  private func verdict(_ lines: String, _ name: String, _ bytes: [UInt8]) async throws -> String? {
    let bench = try Bench(lines)
    try makeFolder("\(bench.base)/vm1")
    try SmallFile.write(bytes, to: "\(bench.base)/vm1/\(name)")
    return try await verdict(bench)
  }

  private func verdict(_ bench: Bench) async throws -> String? {
    let transcript = Transcript([])
    let job = RegisterJob(bench.configuration, bench.sections, world: transcript.world())
    let plan = try await job.plan()
    transcript.expectFinished()
    #expect(plan.count <= 1)
    switch plan.first?.verdict {
    case .add(let record):
      #expect(record.type == .backup && record.status == .ok && record.bytes ?? 0 > 0)
      return "ok"
    case .leave(let reason): return reason
    case nil: return nil
    }
  }

  private static let export =
    XVASample([XVASample.Disk("Ref:7", Array(repeating: 7, count: 3000))]).bytes

  /// How much of an export there is, what follows it, and what is said of it.
  private static let exports: [(missing: Int, more: [UInt8], answer: String)] = [
    (0, [], "ok"), (512, [], "is cut short: one block"), (1, [], "is cut short at byte"),
    (5000, [], "is cut short at byte"), (0, [0], "goes on after its end"),
    (1, [1], "is cut short: one block"), (export.count, [], "is empty"),
    (export.count, [UInt8](repeating: 0, count: 1024), "is not complete"),
  ]

  @Test(arguments: exports)
  func `the export of a virtual machine must be whole`(
    _ missing: Int, _ more: [UInt8], _ answer: String
  ) async throws {
    let said = try await verdict(
      Self.xva, "vm1-20231101-10h00m00.xva", Self.export.dropLast(missing) + more)
    #expect(said?.hasPrefix(answer) == true, "\(said ?? "")")
  }

  @Test func `the database of a pool goes by either name of its type`() async throws {
    let name = "xcp_metadata-20231101-10h00m00.dump.gz"
    let tables = ["VM", "VDI", "SR", "host", "pool"].map {
      "<table name=\"\($0)\"><row ref=\"OpaqueRef:1\"/></table>"
    }
    let pairs = ["schema_major_vsn", "schema_minor_vsn", "generation_count"].map {
      "<pair key=\"\($0)\" value=\"1\"/>"
    }
    let whole = "<database><manifest>\(pairs.joined())</manifest>\(tables.joined())</database>"
    #expect(try await verdict(Self.metadata, name, try await gzip(whole)) == "ok")
    #expect(
      try await verdict(Self.metadata, name, try await gzip("<database>"))
        == "is no XML: no element found, at 1:11")
    #expect(
      try await verdict(Self.metadata, name, [1, 2, 3])
        == "is damaged: it does not inflate to what its checksum says")
  }

  @Test(arguments: [
    "vm2-20231101-10h00m00.xva", "vm1-20231101-10h00m00.xva.part", "vm1-20231101-10h00m00",
    "vm120231101-10h00m00.xva", "vm1-20231345-10h00m00.xva", "-20231101-10h00m00.xva",
    "20231101-10h00m00.xva", "vm1-20231101-10h00m00.XVA", "vm1-x-20231101-10h00m00.xva",
  ])
  func `a file that is not named for its section is passed over`(_ name: String) async throws {
    #expect(try await verdict(Self.xva, name, Self.export) == nil)
  }

  @Test func `a folder where a file must be is left out`() async throws {
    let bench = try Bench(Self.xva)
    try makeFolder("\(bench.base)/vm1/vm1-20231101-10h00m00.xva/x")
    #expect(try await verdict(bench) == "is a folder, not a file")
  }

  @Test func `a folder of dumps is as good as its worst dump`() async throws {
    let bench = try Bench(Self.dump)
    let folder = "\(bench.base)/vm1/20231101-10h00m00"
    try makeFolder(folder)
    let dump = "-- MariaDB dump 10.19\nCREATE TABLE t (i int);\n-- Dump completed on 2023-11-01\n"
    for name in ["a", "b", "c"] {
      try SmallFile.write(try await gzip(dump), to: "\(folder)/\(name).sql.gz")
    }
    try write("x", to: "\(folder)/notes")
    #expect(try await verdict(bench) == "ok")
    let cut = String(dump.dropLast(40))
    try SmallFile.write(try await gzip(cut), to: "\(folder)/b.sql.gz")
    #expect(
      try await verdict(bench)
        == "'\(folder)/b.sql.gz' lacks its end marker '-- Dump completed': it is not complete")
  }

  @Test func `a type that leaves nothing on disk registers nothing`() async throws {
    let bench = try Bench("[vm1]\ntype = null\nserver_name = x\n")
    try bench.snapshot("20231101-10h00m00", of: "vm1")
    try bench.snapshot("20231101-10h00m00.partial", of: "vm1")
    #expect(try await verdict(bench) == nil)
  }

  private func gzip(_ text: String) async throws -> [UInt8] {
    let path = "\(ScratchDirectory.path)/packed"
    let packed = try await program(["sh", "-c", "gzip -c > \"$1\"", "sh", path], input: text)
    try #require(packed.status == 0)
    return try bytes(path)
  }
}
