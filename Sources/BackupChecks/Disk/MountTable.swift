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

  /// The longest mount point first; of two on one point the one that covers the other.
  private let mounts: [Mount]

  /// Reads the text of `/proc/self/mountinfo` (proc_pid_mountinfo(5)); lines of another form are
  /// passed over.
  package init(parsing text: String) {
    let listed = text.split(separator: "\n").compactMap { line -> Mount? in
      let fields = line.split(separator: " ")
      guard let dash = fields.firstIndex(of: "-"), dash > 4, fields.count > dash + 2 else {
        return nil
      }
      return Mount(
        point: Self.unescaped(fields[4]), type: Self.unescaped(fields[dash + 1]),
        source: Self.unescaped(fields[dash + 2]))
    }
    // What was mounted later covers what was there; a stable sort keeps it in front.
    mounts = listed.reversed().sorted { $0.point.utf8.count > $1.point.utf8.count }
  }

  /// The table of this moment; empty where there is no /proc.
  package static func current() -> MountTable {
    MountTable(parsing: (try? SmallFile.text(at: "/proc/self/mountinfo", limit: 16 << 20)) ?? "")
  }

  /// The file system a path lies on by its text; symbolic links are not followed.
  package func mount(of path: String) -> Mount? {
    mounts.first { Self.holds($0.point.utf8, path.utf8) }
  }

  /// The mount point on the way to a path that ought to be mounted and is not, as `fstab` has it
  /// (fstab(5)); nil when there is none, or nobody knows what is mounted.
  package func missing(on path: String, fstab: String) -> String? {
    guard !mounts.isEmpty else { return nil }
    let mounted = Set(mounts.map(\.point))
    return fstab.split(separator: "\n").compactMap { line -> String? in
      let fields = line.split { $0 == " " || $0 == "\t" }
      guard fields.count > 2, !fields[0].hasPrefix("#"), fields[1].hasPrefix("/") else {
        return nil
      }
      return DiskPath.trimmed(Self.unescaped(fields[1]))
    }
    .filter { !mounted.contains($0) && Self.holds($0.utf8, path.utf8) }
    .max { $0.utf8.count < $1.utf8.count }
  }

  private static func holds(_ point: String.UTF8View, _ path: String.UTF8View) -> Bool {
    guard path.starts(with: point) else { return false }
    let rest = path.dropFirst(point.count)
    return point.count == 1 || rest.isEmpty || rest.first == UInt8(ascii: "/")
  }

  /// Blanks and backslashes are written in octal: `\040`.
  package static func unescaped(_ field: Substring) -> String {
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
