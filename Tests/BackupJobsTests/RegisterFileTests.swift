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

  private static let block = [UInt8](repeating: 0, count: 512)
  private static let data = [UInt8](repeating: 7, count: 512)

  private static let exports: [([UInt8], String)] = [
    (data + block + block, "ok"), (block + block, "ok"), ([], "is empty"),
    (data + block, cutShort), (data, cutShort), ([7], cutShort),
    (data + block + block + [0], cutShort), (data + block + block.dropLast() + [1], cutShort),
  ]
  private static let cutShort = "is cut short: no end of archive"

  @Test(arguments: exports)
  func `the export of a virtual machine must have its end`(_ bytes: [UInt8], _ answer: String)
    async throws
  {
    #expect(try await verdict(Self.xva, "vm1-20231101-10h00m00.xva", bytes) == answer)
  }

  @Test(arguments: [(0, "ok"), (1, "is cut short"), (8, "is cut short")])
  func `a compressed one must be whole`(_ missing: Int, _ answer: String) async throws {
    let bytes = try await gzip("export").dropLast(missing)
    #expect(
      try await verdict(Self.xva, "vm1-20231101-10h00m00.xva", Array(bytes)) == answer)
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
    #expect(try await verdict(Self.xva, name, Self.block + Self.block) == nil)
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
