/// Splits the output of a program into lines, and those that end with a carriage return, which a
/// terminal would overwrite, off as progress.
struct ProgressLines {
  /// What came after the last line end.
  private(set) var rest: [UInt8] = []

  /// Gives the bytes that are not progress.
  mutating func take(_ chunk: some Sequence<UInt8>, progress: (String) -> Void) -> [UInt8] {
    var kept: [UInt8] = []
    for byte in chunk {
      switch byte {
      case 0x0d:
        if !rest.isEmpty { progress(String(decoding: rest, as: UTF8.self)) }
        rest.removeAll(keepingCapacity: true)
      case 0x0a:
        kept += rest
        kept.append(byte)
        rest.removeAll(keepingCapacity: true)
      default: rest.append(byte)
      }
    }
    return kept
  }
}
