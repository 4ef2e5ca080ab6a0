import Foundation
import TISBackupTestSupport
import Testing

/// Exports of the stand-in for Xen hosts, judged by the programs that everybody has.
@Suite(.scratch) struct XAPIExportTests {
  @Test(arguments: [
    (XAPIPool.Checksum.xxhash, ["xxhsum", "-H64"]), (.checksum, ["sha1sum"]),
  ])
  func `every chunk has the checksum that the program of its name computes`(
    checksum: XAPIPool.Checksum, judge: [String]
  ) async throws {
    var pool = XAPIPool.sample
    pool.settings.export.checksum = checksum
    let host = try await XAPIHost.start(in: ScratchDirectory.path, pool: pool)
    let client = try await XAPIClient(host)
    let chunks = try await unpacked(
      try await client.snapshot("web1"), by: client, checksum.rawValue)
    let computed = try await program(
      judge + chunks.map(\.name), workingFolder: ScratchDirectory.path + "/unpacked")
    let sums = computed.stdout.split(separator: "\n").map { String($0.split(separator: " ")[0]) }
    #expect(sums.map { checksum == .xxhash ? $0.uppercased() : $0 } == chunks.map(\.sum))
    // Every second chunk of five is noise, and the last one is there whatever it holds.
    #expect(
      chunks.map { $0.name.suffix(8) } == [
        "00000000", "00000002", "00000004", "00000000", "00000002",
      ])
    #expect(chunks.map(\.size) == [1 << 20, 1 << 20, 1 << 20, 1 << 20, 3_000_000 - 2 << 20])
    #expect(host.story == "")
  }

  @Test func `empty chunks take a number and no place`() async throws {
    var pool = XAPIPool([XAPIPool.Machine("vm", disks: [XAPIPool.Disk(6 << 20, .zeros())])])
    pool.settings.export.keepAlive = 2
    let host = try await XAPIHost.start(in: ScratchDirectory.path, pool: pool)
    let client = try await XAPIClient(host)
    let chunks = try await unpacked(try await client.machine("vm"), by: client, "xxhash")
    #expect(chunks.map { Int($0.name.suffix(8)) } == [0, 2, 4, 6, 8])
    #expect(chunks.map(\.size) == [1 << 20, 0, 0, 0, 1 << 20])
    #expect(chunks[1].sum == "EF46DB3751D8E999" && chunks[0].sum == "87D2A1B6E1163EF1")
  }

  @Test(
    arguments: [
      ("", nil), ("&use_compression=false", nil), ("&use_compression=yes", nil),
      ("&use_compression=true", ["gzip", "-d"]), ("&use_compression=gzip", ["gzip", "-d"]),
      ("&use_compression=zstd", ["zstd", "-q", "-d"]),
    ] as [(String, [String]?)])
  func `compressed exports are whole to the program that made them`(
    options: String, unpack: [String]?
  ) async throws {
    let host = try await XAPIHost.start(in: ScratchDirectory.path)
    let client = try await XAPIClient(host)
    let file = ScratchDirectory.path + "/out"
    let told = try await client.export(
      try await client.machine("db1"), into: file, options: options)
    #expect(told.answer.code == "200" && told.task == "success")
    if let unpack {
      let whole = try await program([
        "sh", "-c", "\(unpack.joined(separator: " ")) <\(file) >\(file).tar",
      ])
      #expect(whole.status == 0, "\(whole.stderr)")
    } else {
      try FileManager.default.moveItem(atPath: file, toPath: file + ".tar")
    }
    let listed = try await program(["tar", "tf", file + ".tar"])
    #expect(listed.stdout.split(separator: "\n").count == 1 + 4 * 2)
  }

  @Test func `a machine that runs is not exported, and the task says why`() async throws {
    let host = try await XAPIHost.start(in: ScratchDirectory.path)
    let client = try await XAPIClient(host)
    let machine = try await client.machine("web1")
    let file = ScratchDirectory.path + "/out"
    let told = try await client.export(machine, into: file)
    #expect(told.answer.code == "500" && told.task == "failure")
    #expect(try text(file).contains("VM_BAD_POWER_STATE"))
    let unknown = try await client.get("/export?uuid=none&task_id=x", into: file)
    #expect(unknown.code == "500")
    #expect(try text(file).contains("UUID_INVALID"))
  }

  @Test func `a suspended machine has its memory exported when asked for`() async throws {
    let pool = XAPIPool([
      XAPIPool.Machine("vm", state: .suspended, disks: [XAPIPool.Disk(1 << 20)])
    ])
    let host = try await XAPIHost.start(in: ScratchDirectory.path, pool: pool)
    let client = try await XAPIClient(host)
    let machine = try await client.machine("vm")
    for (options, chunks) in [("", 1), ("&preserve_power_state=true", 9)] {
      let file = ScratchDirectory.path + "/out"
      _ = try await client.export(machine, into: file, options: options)
      let listed = try await program(["tar", "tf", file])
      #expect(listed.stdout.split(separator: "\n").count == 1 + chunks * 2)
    }
  }

  @Test func `the description tells of machine, drives, disks, cards, network and storages`()
    async throws
  {
    let host = try await XAPIHost.start(in: ScratchDirectory.path)
    let client = try await XAPIClient(host)
    let uuid = try #require(try host.records("VM", named: "web1")[0]["uuid"]?.string)
    for path in ["/export_metadata?uuid=\(uuid)", "/export_metadata?all=true"] {
      let file = ScratchDirectory.path + "/meta"
      #expect(try await client.get(path, into: file).code == "200")
      let text = try await program(["tar", "xOf", file, "ova.xml"]).stdout
      for kind in ["VM", "VBD", "VDI", "VIF", "SR", "network"] {
        #expect(text.contains("<name>class</name><value>\(kind)</value>"))
      }
      #expect(text.contains("<name>export_vsn</name><value>2</value>"))
      #expect(
        !text.contains("OpaqueRef:")
          || !text.replacing("OpaqueRef:NULL", with: "").contains("OpaqueRef:"))
    }
  }

  @Test func `a storage that another host sees sends the client there`() async throws {
    var pool = XAPIPool([XAPIPool.Machine("vm", disks: [XAPIPool.Disk(1 << 20, on: "far")])])
    (pool.size, pool.storages) = (2, [XAPIPool.Storage("far", hosts: [1])])
    let host = try await XAPIHost.start(in: ScratchDirectory.path, pool: pool)
    let client = try await XAPIClient(host)
    let machine = try await client.machine("vm")
    let first = try await client.export(machine, into: "/dev/null")
    #expect(first.answer.code == "302" && first.task == "pending")
    #expect(first.answer.address.hasPrefix("https://\(host.address(1))/export?ref="))
    let second = try await client.export(machine, into: "/dev/null", of: 1)
    #expect(second.answer.code == "200" && second.task == "success")
  }

  private struct Chunk {
    var name: String
    var size: Int
    var sum: String
  }

  /// The chunks of an export in their order, unpacked by tar.
  private func unpacked(_ machine: String, by client: XAPIClient, _ ending: String) async throws
    -> [Chunk]
  {
    let (file, folder) = (ScratchDirectory.path + "/out.xva", ScratchDirectory.path + "/unpacked")
    let told = try await client.export(machine, into: file)
    #expect(told.answer.code == "200" && told.task == "success")
    try makeFolder(folder)
    let tar = try await program(["tar", "xvf", file, "-C", folder])
    try #require(tar.status == 0, "\(tar.stderr)")
    _ = try await program(["chmod", "-R", "u+rw", folder])
    let names = tar.stdout.split(separator: "\n").map(String.init).filter { $0 != "ova.xml" }
    return try stride(from: 0, to: names.count, by: 2).map { index in
      #expect(names[index + 1] == "\(names[index]).\(ending)")
      let size = try bytes("\(folder)/\(names[index])").count
      return Chunk(name: names[index], size: size, sum: try text("\(folder)/\(names[index + 1])"))
    }
  }
}
