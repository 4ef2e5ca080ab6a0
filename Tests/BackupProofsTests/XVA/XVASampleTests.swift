import BackupProofs
import Foundation
import TISBackupCore
import TISBackupTestSupport
import Testing

/// The samples are what programs of others take them for.
@Suite(.scratch)
struct XVASampleTests {
  @Test(arguments: [0, 1, 3, 4, 7, 8, 31, 32, 33, 63, 64, 100, 4096, 70_001])
  func `their checksums are those of xxhsum and sha1sum`(_ size: Int) async throws {
    let data = XVAFixtures.noise(size, seed: UInt64(size))
    let path = "\(ScratchDirectory.path)/chunk"
    try SmallFile.write(data, to: path)
    let xxhsum = try await program(["xxhsum", "-H64", path])
    #expect(xxhsum.stdout.prefix(16).uppercased() == XVASample.sum(of: data, .xxHash))
    let sha1sum = try await program(["sha1sum", path])
    #expect(sha1sum.stdout.prefix(40) == XVASample.sum(of: data, .sha1))
  }

  @Test func `their checksums are those that real exports hold`() {
    #expect(XVASample.sum(of: [], .xxHash) == "EF46DB3751D8E999")
    let zeros = [UInt8](repeating: 0, count: 1 << 20)
    #expect(XVASample.sum(of: zeros, .xxHash) == "87D2A1B6E1163EF1")
    #expect(XVASample.sum(of: [], .sha1) == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
  }

  @Test func `tar finds in them what a host writes`() async throws {
    let sample = XVAFixtures.sample(chunks: "a.b", sum: .sha1)
    let path = "\(ScratchDirectory.path)/sample.xva"
    try SmallFile.write(sample.bytes, to: path)
    let listed = try await program(["tar", "tf", path])
    #expect(listed.stderr.isEmpty && listed.status == 0)
    #expect(
      listed.stdout.split(separator: "\n") == [
        "ova.xml", "Ref:7/00000000", "Ref:7/00000000.checksum", "Ref:7/00000002",
        "Ref:7/00000002.checksum",
      ])
    let unpacked = try await program(["tar", "xf", path, "-C", ScratchDirectory.path])
    #expect(unpacked.status == 0)
    #expect(try bytes("\(ScratchDirectory.path)/Ref:7/00000002") == sample.members[3].data)
    let parsed = try await program([
      "python3", "-c",
      "import sys,xmlrpc.client as x\nv,_=x.loads('<params><param>'+open(sys.argv[1]).read()+'</param></params>')\nprint([o['snapshot']['virtual_size'] for o in v[0]['objects'] if o['class']=='VDI'],v[0]['version']['product_brand'])",
      "\(ScratchDirectory.path)/ova.xml",
    ])
    #expect(parsed.stdout == "['3072'] XCP-ng\n", "\(parsed.stderr)")
  }
}
