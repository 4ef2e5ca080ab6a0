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

  /// The sections that have files in it.
  var sections: [String] {
    Set(lines.keys.map { String($0.prefix { $0 != "/" }) }).sorted()
  }

  /// The generations of a section that have files in it, oldest first.
  func generations(of section: String) -> [String] {
    lines.keys.filter { $0.hasPrefix(section + "/") }.map {
      String($0.dropFirst(section.count + 1))
    }
    .sorted()
  }

  /// What the files of a generation should be; throws when a line cannot be read.
  func sums(of generation: String) throws(BackupError) -> [FileSum] {
    let prefix = generation.utf8.count + 1
    var sums: [FileSum] = []
    for line in lines[generation] ?? [] {
      let isEscaped = line.first == 0x5c
      let text = line.dropFirst(isEscaped ? 1 : 0).dropLast()
      let name = isEscaped ? Self.unescaped(text.dropFirst(66)) : Array(text.dropFirst(66))
      guard let digest = SHA256.Digest(hex: text.prefix(SHA256.Digest.length)),
        name.count > prefix
      else { throw BackupError(.unproven, .unreadable(generation), hint: .exportAgain) }
      sums.append(FileSum(path: Array(name[prefix...]), digest: digest))
    }
    return sums
  }

  private static func unescaped(_ name: some Sequence<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = name.makeIterator()
    while let byte = rest.next() {
      guard byte == 0x5c, let escaped = rest.next() else {
        bytes.append(byte)
        continue
      }
      switch escaped {
      case 0x6e: bytes.append(0x0a)
      case 0x72: bytes.append(0x0d)
      default: bytes.append(escaped)
      }
    }
    return bytes
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

extension BackupError.Message {
  fileprivate static func unreadable(_ generation: String) -> Self {
    "the manifest has a line for '\(generation)' that cannot be read"
  }
  fileprivate static let exportAgain: Self =
    "The manifest itself went bad: look at that disk ('dmesg', 'smartctl -a'), and export anew."
}
