import Glibc
import OutsideWorld
import TISBackupCore

/// Takes a dump into a gzip file.
package final class GzipSink: DumpSink {
  /// Hears how many bytes of the stream have come so far.
  package typealias Progress = @Sendable (Int64) -> Void

  /// Sees the stream before it is compressed, and throws when nothing more of it is of use.
  package typealias Inspection = @Sendable (UnsafeRawBufferPointer) throws(BackupError) -> Void

  private let writer: GzipWriter
  private let progress: Progress?
  private let inspect: Inspection?
  private let edges = Monitor(StreamEdges())
  private let trouble = Monitor<BackupError?>(nil)

  /// Makes the file, which must not be there; `level` as gzip has it, 1 to 9.
  package init(
    path: String, level: Int, cores: Int, progress: Progress? = nil, inspect: Inspection? = nil
  ) throws(BackupError) {
    writer = try GzipWriter(path: path, level: level, cores: cores)
    (self.progress, self.inspect) = (progress, inspect)
  }

  package func drain(_ pipe: PipeReader) {
    while let block = writer.emptyBlock() {
      while block.count < GzipBlock.capacity {
        let count = pipe.read(
          into: UnsafeMutableRawBufferPointer(
            start: block.input + block.count, count: GzipBlock.capacity - block.count))
        if count < 0 { trouble.update { $0 = .system("cannot read what was dumped") } }
        guard count > 0 else { break }
        block.count += count
      }
      let isLast = block.count < GzipBlock.capacity
      let piece = UnsafeRawBufferPointer(start: block.input, count: block.count)
      do throws(BackupError) {
        try inspect?(piece)
      } catch {
        return trouble.update { $0 = error }
      }
      let sofar = edges.update { edges in
        edges.take(piece)
        return edges.count
      }
      progress?(sofar)
      if block.count > 0 { writer.take(block) }
      if isLast { return }
    }
  }

  package var failure: BackupError? { trouble.update { $0 } ?? writer.failure }

  package func finish() throws(BackupError) -> DumpContent {
    if let failure {
      writer.cancel()
      throw failure
    }
    let content = try writer.finish()
    return DumpContent(edges: edges.update { $0 }, fileBytes: content.compressedBytes)
  }

  package func cancel() { writer.cancel() }
}
