import Foundation
import Glibc
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupProofs

@Suite(.scratch) struct SHA256Tests {
  private let folder = ScratchDirectory.path

  /// The digest of a file of ours by its name.
  private func digest(_ name: String) throws -> String {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { close(descriptor) }
    return try SHA256.digest(ofFileIn: descriptor, name: Array(name.utf8CString)).hex
  }

  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `a digest is that of the standard's examples`(_ text: String, _ hex: String) throws {
    #expect(try SHA256.digest(of: Array(text.utf8)).hex == hex)
  }

  @Test func `a stream may be taken in any pieces, and another may follow`() throws {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
    let stream = try SHA256()
    for piece in [0, 1, 63, 64, 65, 807] {
      bytes[..<piece].withUnsafeBytes { stream.update($0) }
    }
    let whole = [0, 1, 63, 64, 65, 807].flatMap { bytes[..<$0] }
    #expect(try stream.finish() == SHA256.digest(of: whole))
    #expect(try stream.finish() == SHA256.digest(of: []))
  }

  @Test(arguments: [0, 1, 255, 262_143, 262_144, 262_145, 3_000_001])
  func `a file of any size has the digest that sha256sum finds`(_ size: Int) async throws {
    let bytes = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
    try bytes.write(to: URL(filePath: "\(folder)/file"))
    let result = try await program(["sha256sum", "\(folder)/file"])
    #expect(try digest("file") == String(result.stdout.prefix(64)))
  }

  @Test func `a text of 64 digits comes back, and no other is a digest`() throws {
    let digest = try SHA256.digest(of: [1])
    #expect(SHA256.Digest(hex: digest.hex.utf8) == digest)
    for wrong in ["", String(digest.hex.dropLast()), digest.hex + "0", digest.hex.uppercased()] {
      #expect(SHA256.Digest(hex: wrong.utf8) == nil)
    }
    #expect(SHA256.Digest(hex: String(repeating: "-", count: 64).utf8) == nil)
  }

  @Test func `a link, a pipe, a folder and nothing at all are errors, and nobody waits`() throws {
    symlink("/etc/passwd", "\(folder)/link")
    mkfifo("\(folder)/pipe", 0o600)
    try makeFolder("\(folder)/folder")
    for name in ["link", "pipe", "folder", "none"] {
      let error = #expect(throws: BackupError.self) { try digest(name) }
      #expect(error?.code == .storage)
      #expect(error?.message.text.hasPrefix("cannot read '\(name)': ") == true)
    }
  }

  @Test func `many files on many threads are each what they are, the large ones too`() async throws
  {
    var files: [(path: [UInt8], size: Int64)] = []
    var wanted: [SHA256.Digest] = []
    for number in 0..<300 {
      let bytes = Array(repeating: UInt8(number % 256), count: number == 299 ? 9 << 20 : number)
      let path = "sub\(number % 7)/deep\(number % 3)/\(number)"
      try makeFolder("\(folder)/sub\(number % 7)/deep\(number % 3)")
      try Data(bytes).write(to: URL(filePath: "\(folder)/\(path)"))
      files.append((Array(path.utf8), Int64(bytes.count)))
      wanted.append(try SHA256.digest(of: bytes))
    }
    #expect(try await FileDigests.compute(files, below: folder, threads: 5) == wanted)
    files.append((Array("sub1/none".utf8), 0))
    let error = await #expect(throws: BackupError.self) {
      try await FileDigests.compute(files, below: folder, threads: 5)
    }
    #expect(error?.message.text == "cannot read 'sub1/none': No such file or directory")
  }

  @Test func `a folder that became a link is not followed`() async throws {
    try makeFolder("\(folder)/outside")
    try write("precious", to: "\(folder)/outside/file")
    try makeFolder("\(folder)/tree")
    symlink("../outside", "\(folder)/tree/sub")
    await #expect(throws: BackupError.self) {
      try await FileDigests.compute([(Array("sub/file".utf8), 8)], below: "\(folder)/tree")
    }
  }

  @Test func `work that is cancelled ends soon, and says so`() async throws {
    let path = "\(folder)/endless"
    try write("", to: path)
    truncate(path, 1 << 40)
    let work = Task { [folder] in
      try await FileDigests.compute([(Array("endless".utf8), 1 << 40)], below: folder)
    }
    work.cancel()
    let error = await #expect(throws: BackupError.self) { try await work.value }
    #expect(error?.code == .interrupted)
  }
}
