import TISBackupCore

/// What rsync wrote on standard error, sorted by what it means.
package struct RsyncMessages: Sendable, Equatable {
  /// How many messages of a kind a log quotes.
  private static let quoted = 10

  private let lines: [Substring]
  /// Everything, as it was written.
  package let text: String

  package init(_ errors: String) {
    text = errors
    lines = errors.split(whereSeparator: \.isNewline)
  }

  /// Lines about single files: they could not be read, written or set right.
  package var complaints: [Substring] {
    lines.filter {
      ($0.hasPrefix("rsync:") || $0.hasPrefix("IO error") || $0.hasPrefix("cannot")
        || $0.hasPrefix("symlink has no referent")) && !Self.isOfTheConnection($0)
    }
  }

  /// Whether a line says only that the other end is gone, which has a reason of its own.
  private static func isOfTheConnection(_ line: Substring) -> Bool {
    let said = line.trimmingPrefix(#/rsync: (\[\w+\] )?/#)
    return ["connection unexpectedly closed", "safe_write failed", "safe_read failed"]
      .contains(where: said.hasPrefix)
  }

  package var vanished: [Substring] {
    lines.filter { $0.hasPrefix("file has vanished") || $0.hasPrefix("directory has vanished") }
  }

  /// Whether this server's own disk is the trouble: full, read-only, over its quota or broken.
  ///
  /// A sender with such trouble marks its lines `[sender]`; rsync before 3.1 marks nobody's.
  package var localTrouble: Substring? {
    lines.first { line in
      !line.hasPrefix("rsync: [sender]") && !line.contains("read errors mapping")
        && Self.localErrors.contains { line.contains($0) }
    }
  }

  private static let localErrors = [
    "No space left on device", "Disk quota exceeded", "Read-only file system",
    "Input/output error", "Too many links",
  ]

  /// A feature that one end lacks, by the option that asks for it.
  package var missingFeature: String? {
    if text.contains("ACLs are not supported") { return "-A" }
    if text.contains("xattrs are not supported") || text.contains("extended attributes are not") {
      return "-X"
    }
    return nil
  }

  package func contains(_ words: String) -> Bool { text.contains(words) }

  /// The first of some lines, and how many more there are.
  package static func quote(_ lines: [Substring]) -> String {
    let shown = lines.prefix(quoted).joined(separator: "\n")
    return lines.count > quoted ? shown + "\n(\(lines.count - quoted) more)" : shown
  }

  /// The line that says why rsync stopped: the first complaint, else the last that is not rsync's
  /// own summing-up, such as ssh's.
  package var cause: String {
    let cause =
      complaints.first ?? lines.first { $0.contains("@ERROR") }
      ?? lines.last { !$0.hasPrefix("rsync") } ?? lines.last ?? ""
    return String(cause)
  }
}
