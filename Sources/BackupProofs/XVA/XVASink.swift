import Glibc
import OutsideWorld
import TISBackupCore

/// Takes the export of a virtual machine from the program that fetches it into a file, as it comes,
/// and proves it in passing.
///
/// What was written is hashed and proven while the caches of the processor still hold it: nothing is
/// read again, and memory stays the same whatever the size. At the first flaw the program is told that
/// nobody takes more.
package final class XVASink: OutputSink {
  /// What was taken.
  package struct Stored: Sendable, Equatable {
    package var content: XVAContent
    /// For the manifest of the backup.
    package var file: WrittenFile
  }

  /// Bytes that are taken at once.
  private static let pieceSize = 512 << 10

  private let file: FileHandle
  private let path: String
  private let progress: GzipSink.Progress?
  private let proof: PassingProof
  private let trouble = Monitor<BackupError?>(nil)

  /// Makes the file, which must not be there; `progress` hears how many bytes have come so far.
  package init(path: String, progress: GzipSink.Progress? = nil) throws(BackupError) {
    let opened = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw .system("cannot make '\(path)'") }
    (file, self.path, self.progress) = (FileHandle(opened), path, progress)
    proof = try PassingProof(of: path)
  }

  package func drain(_ pipe: PipeReader) {
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 4096)
    defer { room.deallocate() }
    do throws(BackupError) {
      var taken: Int64 = 0
      while let piece = try Self.piece(of: pipe, in: room) {
        if let problem = file.write(piece) {
          throw .system("cannot write '\(path)'", errno: problem)
        }
        try proof.take(piece)
        taken += Int64(piece.count)
        progress?(taken)
      }
    } catch {
      trouble.update { $0 = error }
    }
  }

  /// The next piece of the stream, full unless it is the last one; nil at the end.
  ///
  /// A pipe gives little at once, and each write costs the same.
  private static func piece(of pipe: PipeReader, in room: UnsafeMutableRawBufferPointer)
    throws(BackupError) -> UnsafeRawBufferPointer?
  {
    var filled = 0
    while filled < room.count {
      let count = pipe.read(into: UnsafeMutableRawBufferPointer(rebasing: room[filled...]))
      guard count >= 0 else { throw .system("cannot read the export") }
      if count == 0 { break }
      filled += count
    }
    return filled == 0 ? nil : UnsafeRawBufferPointer(rebasing: room[..<filled])
  }

  /// What speaks against the export so far; the program may have failed because of it.
  package var failure: BackupError? { trouble.update { $0 } }

  /// Waits until all is on the disk, so not for the threads of tasks.
  ///
  /// Throws `.unproven` when what came is no whole export, `.storage` when it could not be written.
  package func finish() throws(BackupError) -> Stored {
    if let failure { throw failure }
    let (content, digest) = try proof.finish()
    guard fsync(file.value) == 0 else { throw .system("cannot sync '\(path)'") }
    posix_fadvise(file.value, 0, 0, Int32(POSIX_FADV_DONTNEED))
    do throws(Unread) {
      return Stored(content: content, file: try WrittenFile(digest, of: file))
    } catch {
      throw error.error(about: path)
    }
  }

  /// Gives up what was written, and the room it took; the file is the caller's to remove.
  package func cancel() { file.empty() }
}

/// The proof of an export while it comes, and its SHA-256.
///
/// One thread has it at a time: the one that drains the pipe, then whoever ends the export.
private final class PassingProof: @unchecked Sendable {
  private let reader: XVAReader
  private let sum: SHA256

  init(of path: String) throws(BackupError) {
    (reader, sum) = (try XVAReader(of: path), try SHA256())
  }

  func take(_ piece: UnsafeRawBufferPointer) throws(BackupError) {
    sum.update(piece)
    try reader.take(piece)
  }

  func finish() throws(BackupError) -> (XVAContent, SHA256.Digest) {
    (try reader.finish(), sum.finish())
  }
}
