import BackupProofs
import Foundation
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Exports for tests, and how they are read.
enum XVAFixtures {
  static let path = "/b/web1.xva"

  /// What nobody can compress.
  static func noise(_ size: Int, seed: UInt64 = 1) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    return (0..<size).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
  }

  /// A disk whose chunks are given by a letter each: `a` to `z` is noise, a dot is zeros; a number at
  /// the end is how long the last one is.
  static func disk(_ id: String, _ chunks: String, length: Int = 1024) -> XVASample.Disk {
    let letters = chunks.prefix { !$0.isNumber }
    var content: [UInt8] = []
    for letter in letters.utf8 {
      content +=
        letter == UInt8(ascii: ".")
        ? [UInt8](repeating: 0, count: length) : noise(length, seed: UInt64(letter))
    }
    if let last = Int(chunks.dropFirst(letters.count)) { content.removeLast(length - last) }
    return XVASample.Disk(id, content)
  }

  /// A machine with one disk.
  static func sample(chunks: String = "ab", sum: XVASample.Sum = .xxHash) -> XVASample {
    XVASample([disk("Ref:7", chunks)], sum: sum)
  }

  /// Reads an export in pieces of a size.
  static func read(_ bytes: [UInt8], pieces: Int = 700) throws -> XVAContent {
    try read(bytes) { pieces }
  }

  static func read(_ bytes: [UInt8], nextPiece: () -> Int) throws -> XVAContent {
    let reader = try XVAReader(of: path)
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + nextPiece())
      try bytes[start..<end].withUnsafeBytes { try reader.take($0) }
      start = end
    }
    return try reader.finish()
  }

  /// What is said of an export that is none, without its path.
  static func complaint(_ bytes: [UInt8], pieces: Int = 700) -> String {
    do {
      return "good: \(try read(bytes, pieces: pieces).sentence)"
    } catch let error as BackupError {
      #expect(error.code == .unproven, "\(error)")
      #expect(error.message.text.hasPrefix("'\(path)' "))
      return String(error.message.text.dropFirst(path.utf8.count + 3))
    } catch {
      return "\(error)"
    }
  }

  /// What a program of others makes of some bytes.
  static func packed(_ bytes: [UInt8], _ command: String) async throws -> [UInt8] {
    let path = "\(ScratchDirectory.path)/\(UUID().uuidString)"
    try SmallFile.write(bytes, to: path)
    let made = try await program(["sh", "-c", "\(command) <\"$1\" >\"$1.out\"", "sh", path])
    try #require(made.status == 0, "\(command): \(made.stderr)")
    return try TISBackupTestSupport.bytes(path + ".out")
  }
}
