import Foundation
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Exports of virtual machines that lie on the disk already, as an administrator has them proven.
@Suite("exports of virtual machines", .scratch)
struct ExportedMachineTests {
  private let sample: XVASample = {
    var sample = XVASample(
      [
        XVASample.Disk("Ref:7", [UInt8](repeating: 7, count: 5000)),
        XVASample.Disk("Ref:8", [UInt8](repeating: 0, count: 9000) + [1]),
      ], sum: .sha1)
    sample.product = ("XenServer", "7.6.0")
    return sample
  }()

  private func server() async throws -> OldServer {
    let server = try await OldServer.make(
      "[vm]\ntype=xen-xva\nxcphost=h\nserver_name=vm\npassword_file=/p\n")
    try makeFolder("\(server.base)/vm")
    return server
  }

  private func export(_ server: OldServer) -> String {
    "\(server.base)/vm/vm-20200101-10h00m00.xva"
  }

  @Test("one is registered and proven, until a bit of it turns")
  func turns() async throws {
    let server = try await server()
    try SmallFile.write(sample.bytes, to: export(server))
    #expect(try await server.tool("tisbackup-register").status == 0)
    let proven = try await server.tool("tisbackup-verify")
    #expect(proven.status == 0, "\(proven.stdout)\(proven.stderr)")
    #expect(
      proven.stdout.contains(
        "2 disks (13.7 KiB) whole, 7 chunks as their SHA-1 says, from XenServer 7.6.0"),
      "\(proven.stdout)")
    var members = sample.members
    members[3].data[0] ^= 1
    try SmallFile.write(XVASample.bytes(members), to: export(server))
    let refuted = try await server.tool("tisbackup-verify")
    #expect(refuted.status == 2)
    #expect(
      refuted.stdout.contains("is damaged: chunk 1 of the disk 'Ref:7' at byte"),
      "\(refuted.stdout)")
  }

  @Test("one without its last disk, or an archive of something else, never becomes a row")
  func leavesOut() async throws {
    let server = try await server()
    let cut = sample.members.filter { !$0.name.hasPrefix("Ref:8/") }
    for bytes in [XVASample.bytes(cut), XVASample.bytes([XVASample.Member("x", [1])])] {
      try SmallFile.write(bytes, to: export(server))
      let result = try await server.tool("tisbackup-register")
      #expect(result.status == 1)
      #expect(result.stdout.contains("not complete") || result.stdout.contains("damaged"))
      #expect(try await sqlite(server.catalog, "SELECT count(*) FROM stats") == ["0"])
    }
  }
}
