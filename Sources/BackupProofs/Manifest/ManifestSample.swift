/// The files of a backup whose content is read on one day.
struct ManifestSample: Sendable {
  /// In how many days everything is read; 0 for never.
  private let slices: Int
  private let slice: Int

  init(percent: Int, day: Int) {
    let percent = min(100, percent)
    slices = percent > 0 ? (100 + percent - 1) / percent : 0
    slice = slices > 0 ? (day % slices + slices) % slices : 0
  }

  /// The same for a path in all backups of a section and on every machine: FNV-1a.
  func contains(_ path: [UInt8]) -> Bool {
    guard slices > 1 else { return slices == 1 }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in path { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    // The lower bits alone would depend on those of the letters.
    return (hash ^ hash >> 32) % UInt64(slices) == UInt64(slice)
  }
}
