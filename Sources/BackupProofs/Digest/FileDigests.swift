import OutsideWorld
import TISBackupCore

/// The SHA-256 of files below a folder that is at rest.
package enum FileDigests {
  /// The digests of files, in their order, by their paths below `root` and their sizes in bytes.
  ///
  /// `readsDisk` drops what memory holds of each before it is read. Throws when one of them cannot be
  /// read.
  package static func compute(
    _ files: [(path: [UInt8], size: Int64)], below root: String,
    threads: Int = ReadingThreads.all, readsDisk: Bool = false
  ) async throws(BackupError) -> [SHA256.Digest] {
    try await ReadingThreads.run { time throws(BackupError) in
      let digests = Monitor([SHA256.Digest?](repeating: nil, count: files.count))
      try TreeDigests(root: root, threads: threads, time: time, readsDisk: readsDisk).read(
        files.indices.map { TreeDigests.File(id: $0, size: files[$0].size) },
        path: { files[$0].path },
        take: { (index, result) throws(BackupError) in
          do throws(Unread) {
            let content = try result.get()
            digests.update { $0[index] = content.digest }
          } catch {
            throw error.error(about: String(decoding: files[index].path, as: UTF8.self))
          }
        })
      return digests.update { $0.compactMap(\.self) }
    }
  }
}
