import TISBackupCore

/// What an export of a virtual machine was found to hold, all of it proven.
package struct XVAContent: Sendable, Equatable {
  /// The machine's name on its host; text of a stranger, cleaned.
  package var machine: String
  /// The host's software, as `XCP-ng 8.3.0`; text of a stranger, cleaned.
  package var product: String
  /// In the order of the archive.
  package var disks: [ExportedDisk]
  /// What proves the chunks; nil where there are none.
  package var sum: ChunkSum?
  package var compression: XVACompression
  /// Bytes of the export as it came.
  package var bytes: Int64
  /// Bytes of the archive in it.
  package var archiveBytes: Int64

  /// Chunks of all disks.
  package var chunks: Int { disks.reduce(0) { $0 + $1.chunks } }

  /// What was shown, as the end of a sentence: `2 disks (60 GiB) whole, 1234 chunks as their xxHash
  /// says, from XCP-ng 8.3.0, compressed with zstd`.
  package var sentence: String {
    var parts = ["no disk"]
    if !disks.isEmpty {
      let size = ByteCount(disks.reduce(0) { $0 + $1.virtualSize })
      parts = ["\(disks.count) \(disks.count == 1 ? "disk" : "disks") (\(size)) whole"]
    }
    if let sum {
      parts.append(
        "\(chunks) \(chunks == 1 ? "chunk" : "chunks") as \(chunks == 1 ? "its" : "their") \(sum.rawValue) says"
      )
    }
    if !product.isEmpty { parts.append("from \(product)") }
    if compression != .none { parts.append("compressed with \(compression.rawValue)") }
    return parts.joined(separator: ", ")
  }
}
