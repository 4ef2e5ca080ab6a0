import BackupProofs
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("the manifest of an export", .scratch)
struct ExportManifestTests {
  private static let oddBytes: [UInt8] = [0x0a, 0x0d, 0x5c, 0x20, 0x2f, 0x61, 0xe9, 0xff]
  private let folder = ScratchDirectory.path
  private let sum = String(repeating: "a", count: 64)
  private var digest: SHA256.Digest { get throws { try #require(SHA256.Digest(hex: sum.utf8)) } }

  @Test(arguments: [
    ("plain", "SUM  web1/g/plain\n"), ("a\nb", "\\SUM  web1/g/a\\nb\n"),
    ("a\rb", "\\SUM  web1/g/a\\rb\n"), ("a\\b", "\\SUM  web1/g/a\\\\b\n"), ("é", "SUM  web1/g/é\n"),
    (" lead", "SUM  web1/g/ lead\n"), ("sub/deep/x", "SUM  web1/g/sub/deep/x\n"),
  ])
  func `writes a name as sha256sum does`(_ name: String, _ line: String) throws {
    try makeFolder("\(folder)/web1/g")
    var manifest = ExportManifest()
    try manifest.replace("web1/g", with: [FileSum(path: Array(name.utf8), digest: digest)])
    try manifest.write(in: folder)
    #expect(
      try text("\(folder)/MANIFEST.sha256") == line.replacing("SUM", with: sum))
  }

  @Test func `that is read comes back as it was written, whatever the names`() throws {
    var random = SeededGenerator(seed: 12)
    for generation in ["web1/a", "web1/b", "web2/a"] { try makeFolder("\(folder)/\(generation)") }
    let digest = try digest
    for _ in 0..<200 {
      var manifest = ExportManifest()
      for generation in ["web1/a", "web1/b", "web2/a"] {
        let sums = (0..<Int.random(in: 0...4, using: &random)).map { number in
          let bytes = (0..<Int.random(in: 1...12, using: &random)).map { _ in
            Self.oddBytes.randomElement(using: &random) ?? 1
          }
          return FileSum(path: [UInt8(0x61 + number)] + bytes, digest: digest)
        }
        manifest.replace(generation, with: sums)
      }
      try manifest.write(in: folder)
      let written = try SmallFile.bytes(at: "\(folder)/MANIFEST.sha256", limit: .max)
      try ExportManifest.read(in: folder).write(in: folder)
      #expect(try SmallFile.bytes(at: "\(folder)/MANIFEST.sha256", limit: .max) == written)
    }
  }

  @Test func `drops what is not on the target any more, and lines nobody can read`() throws {
    try makeFolder("\(folder)/web1/a")
    try makeFolder("\(folder)/web1/b.incoming")
    let good = ["a", "b"].map { "\(sum)  web1/\($0)/file\n" }
    try write(
      good[0] + "garbage\n\n\\\n" + "\(sum)  web1/gone/file\n" + good[1] + "\(sum)  short\n",
      to: "\(folder)/MANIFEST.sha256")
    try ExportManifest.read(in: folder).write(in: folder)
    #expect(try text("\(folder)/MANIFEST.sha256") == good.joined())
  }

  @Test func `that is not there is empty`() throws {
    #expect(try ExportManifest.read(in: folder) == ExportManifest())
  }
}
