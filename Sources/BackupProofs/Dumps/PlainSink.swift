import Glibc
import OutsideWorld
import TISBackupCore

/// Takes a dump that is compressed already into a file, as it comes.
package final class PlainSink: DumpSink {
  private struct State {
    var edges = StreamEdges()
    var failure: BackupError?
  }

  private let file: FileHandle
  private let path: String
  private let progress: GzipSink.Progress?
  private let state = Monitor(State())

  /// Makes the file, which must not be there.
  package init(path: String, progress: GzipSink.Progress? = nil) throws(BackupError) {
    let opened = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw .system("cannot make '\(path)'") }
    (file, self.path, self.progress) = (FileHandle(opened), path, progress)
  }

  package func drain(_ pipe: PipeReader) {
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = buffer.withUnsafeMutableBytes { pipe.read(into: $0) }
      if count < 0 { state.update { $0.failure = .system("cannot read what was dumped") } }
      guard count > 0 else { return }
      let problem = buffer.withUnsafeBytes {
        file.write(UnsafeRawBufferPointer(rebasing: $0[..<count]))
      }
      let sofar = state.update { state in
        buffer.withUnsafeBytes {
          state.edges.take(UnsafeRawBufferPointer(rebasing: $0[..<count]))
        }
        if let problem { state.failure = .system("cannot write '\(path)'", errno: problem) }
        return state.edges.count
      }
      guard problem == nil else { return }
      progress?(sofar)
    }
  }

  package var failure: BackupError? { state.update { $0.failure } }

  package func finish() throws(BackupError) -> DumpContent {
    if let failure { throw failure }
    guard fsync(file.value) == 0 else { throw .system("cannot sync '\(path)'") }
    posix_fadvise(file.value, 0, 0, Int32(POSIX_FADV_DONTNEED))
    let edges = state.update { $0.edges }
    return DumpContent(edges: edges, fileBytes: edges.count)
  }

  package func cancel() { file.empty() }
}
