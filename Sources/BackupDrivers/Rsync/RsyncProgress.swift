import TISBackupCore

/// What `--info=progress2` says, for people: bytes so far, per cent, rate and time.
enum RsyncProgress {
  /// A line as rsync prints it, `2,029,888  34%  5.86MB/s  0:00:12 (xfr#1, to-chk=49/74)`, in
  /// words; nil for any other.
  static func text(_ line: String) -> String? {
    let words = line.split(separator: " ")
    guard words.count >= 4, let bytes = Int64(words[0].filter { $0 != "," }), bytes >= 0,
      words[1].hasSuffix("%")
    else { return nil }
    return "\(ByteCount(bytes)), \(words[1]), \(words[2]), \(words[3])"
  }
}
