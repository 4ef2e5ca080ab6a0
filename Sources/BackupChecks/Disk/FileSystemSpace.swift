import Glibc

/// How full a file system is, in the terms of `df`.
package struct FileSystemSpace: Sendable, Equatable, Codable {
  package var totalBytes: Int64
  /// What an unprivileged user may still use.
  package var availableBytes: Int64
  /// What nobody uses, the reserve of root included.
  package var freeBytes: Int64
  /// Zero where the file system counts none.
  package var totalInodes: Int64
  package var freeInodes: Int64
  /// Whether it is mounted for reading alone; an error of the disk makes it so with older kernels,
  /// newer ones refuse to write and do not tell.
  package var isReadOnly = false

  package init(
    totalBytes: Int64, availableBytes: Int64, freeBytes: Int64, totalInodes: Int64,
    freeInodes: Int64
  ) {
    (self.totalBytes, self.availableBytes) = (totalBytes, availableBytes)
    (self.freeBytes, self.totalInodes, self.freeInodes) = (freeBytes, totalInodes, freeInodes)
  }

  /// Asks the file system that holds `path`; nil with `errno` when it cannot be asked.
  package init?(path: String) {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    let block = Int64(clamping: status.f_frsize)
    func bytes(_ blocks: UInt) -> Int64 {
      let (product, isTooLarge) = Int64(clamping: blocks).multipliedReportingOverflow(by: block)
      return isTooLarge ? .max : product
    }
    self.init(
      totalBytes: bytes(status.f_blocks), availableBytes: bytes(status.f_bavail),
      freeBytes: bytes(status.f_bfree), totalInodes: Int64(clamping: status.f_files),
      freeInodes: Int64(clamping: status.f_ffree))
    isReadOnly = status.f_flag & UInt(ST_RDONLY) != 0
  }

  /// Percent that is left of what an unprivileged user may use at all, as `df` counts it.
  package var percentFree: Double? {
    let usable = Double(totalBytes) - Double(freeBytes) + Double(availableBytes)
    return usable > 0 ? Double(availableBytes) * 100 / usable : nil
  }

  package var percentInodesFree: Double? {
    totalInodes > 0 ? Double(freeInodes) * 100 / Double(totalInodes) : nil
  }
}
