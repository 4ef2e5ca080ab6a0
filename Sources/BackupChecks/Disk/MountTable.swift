import TISBackupCore

/// What is mounted where, read from the kernel's own table: asking a dead file system would hang.
package struct MountTable: Sendable {
  /// One mounted file system.
  package struct Mount: Sendable, Hashable {
    /// Where it is mounted.
    package var point: String
    /// Its type, `nfs4`.
    package var type: String
    /// What is mounted, `nas:/export`.
    package var source: String

    package init(point: String, type: String, source: String) {
      (self.point, self.type, self.source) = (point, type, source)
    }
  }

  private let mounts: [Mount]

  /// Reads the text of `/proc/self/mountinfo` (proc_pid_mountinfo(5)); lines of another form are
  /// passed over.
  package init(parsing text: String) {
    mounts = text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      guard let dash = fields.firstIndex(of: "-"), dash > 4, fields.count > dash + 2 else {
        return nil
      }
      return Mount(
        point: Self.unescaped(fields[4]), type: Self.unescaped(fields[dash + 1]),
        source: Self.unescaped(fields[dash + 2]))
    }
  }

  /// The table of this moment; empty where there is no /proc.
  package static func current() -> MountTable {
    MountTable(parsing: (try? SmallFile.text(at: "/proc/self/mountinfo", limit: 16 << 20)) ?? "")
  }

  /// The file system a path lies on by its text; symbolic links are not followed.
  package func mount(of path: String) -> Mount? {
    // Of two mounts on one point the later covers the earlier.
    mounts.filter { Self.holds($0.point, path) }
      .reduce(nil) { best, next in
        (best?.point.utf8.count ?? -1) > next.point.utf8.count ? best : next
      }
  }

  private static func holds(_ point: String, _ path: String) -> Bool {
    guard point != "/" else { return path.hasPrefix("/") }
    return path == point || path.hasPrefix(point + "/")
  }

  /// Blanks and backslashes are written in octal: `\040`.
  private static func unescaped(_ field: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(field.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      guard byte == UInt8(ascii: "\\"), digits.count == 3,
        digits.allSatisfy({ (0x30...0x37).contains($0) })
      else {
        bytes.append(byte)
        continue
      }
      bytes.append(UInt8(truncatingIfNeeded: digits.reduce(0) { $0 * 8 + Int($1 - 0x30) }))
      rest = rest.dropFirst(3)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
