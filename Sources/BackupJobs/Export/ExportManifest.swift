import BackupProofs
import Glibc
import TISBackupCore

/// `MANIFEST.sha256`: one line for every file on the target, as `sha256sum -c` reads them.
struct ExportManifest: Sendable, Equatable {
  static let name = "MANIFEST.sha256"

  /// Lines by generation (`section/YYYYMMDD-HHhMMmSS`), as bytes with their newline.
  private var lines: [String: [[UInt8]]] = [:]

  init() {}

  /// What the target has; nothing when there is none yet.
  ///
  /// Throws when it is there and cannot be read: written anew, it would forget other generations.
  static func read(in target: String) throws(BackupError) -> ExportManifest {
    var manifest = ExportManifest()
    let path = "\(target)/\(name)"
    guard access(path, F_OK) == 0 else { return manifest }
    let bytes = try SmallFile.bytes(at: path, limit: .max)
    for line in bytes.split(separator: 0x0a) {
      let path = line.drop { $0 == 0x5c }.dropFirst(66)
      let parts = path.split(separator: 0x2f, maxSplits: 2)
      guard parts.count == 3 else { continue }
      let generation = parts[0...1].map { String(decoding: $0, as: UTF8.self) }
        .joined(separator: "/")
      manifest.lines[generation, default: []].append(Array(line) + [0x0a])
    }
    return manifest
  }

  /// Sets the files of one generation; none takes it out.
  mutating func replace(_ generation: String, with sums: [FileSum]) {
    lines[generation] = sums.isEmpty ? nil : sums.map { Self.line($0, in: generation) }
  }

  func write(in target: String) throws(BackupError) {
    // A generation whose folder is gone has no files any more.
    let present = lines.filter { generation, _ in
      DiskLayout.isFolder("\(target)/\(generation)")
        || DiskLayout.isFolder("\(target)/\(generation).incoming")
    }
    let all = present.sorted { $0.key < $1.key }.flatMap(\.value)
    try SmallFile.write(Array(all.joined()), to: "\(target)/\(Self.name)", mode: 0o644)
  }

  /// A name with a newline, a carriage return or a backslash is escaped, and its line begins with
  /// a backslash (coreutils, `sha256sum`, Output format).
  private static func line(_ sum: FileSum, in generation: String) -> [UInt8] {
    var name: [UInt8] = []
    for byte in Array(generation.utf8) + [0x2f] + sum.path {
      switch byte {
      case 0x0a: name += Array(#"\n"#.utf8)
      case 0x0d: name += Array(#"\r"#.utf8)
      case 0x5c: name += Array(#"\\"#.utf8)
      default: name.append(byte)
      }
    }
    let isEscaped = name.count != generation.utf8.count + 1 + sum.path.count
    return (isEscaped ? [0x5c] : []) + sum.digest.hexBytes + [0x20, 0x20] + name + [0x0a]
  }
}
