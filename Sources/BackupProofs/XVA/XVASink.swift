import Glibc
import OutsideWorld
import TISBackupCore

/// Takes the export of a virtual machine from the program that fetches it into a file, as it comes,
/// and proves it in passing.
///
/// One thread reads and writes, another one proves what was written and computes its SHA-256: nothing
/// is read again, and memory stays the same whatever the size. At the first flaw the program is told
/// that nobody takes more.
package final class XVASink: OutputSink {
  /// What was taken.
  package struct Stored: Sendable, Equatable {
    package var content: XVAContent
    /// For the manifest of the backup.
    package var file: WrittenFile
  }

  private let file: FileHandle
  private let path: String
  private let progress: GzipSink.Progress?
  private let belt = PieceBelt()
  private let proof: PassingProof
  private let trouble = Monitor<BackupError?>(nil)

  /// Makes the file, which must not be there; `progress` hears how many bytes have come so far.
  package init(path: String, progress: GzipSink.Progress? = nil) throws(BackupError) {
    let opened = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw .system("cannot make '\(path)'") }
    (file, self.path, self.progress) = (FileHandle(opened), path, progress)
    proof = try PassingProof(of: path)
  }

  package func drain(_ pipe: PipeReader) {
    guard belt.consume({ [proof] in proof.take($0) }) else {
      trouble.update { $0 = .system("cannot start a thread", errno: EAGAIN) }
      return
    }
    var taken: Int64 = 0
    while let piece = belt.empty() {
      var count = 1
      while piece.count < PieceBelt.capacity {
        count = pipe.read(into: piece.room)
        guard count > 0 else { break }
        piece.count += count
      }
      if count < 0 { trouble.update { $0 = .system("cannot read the export") } }
      if let problem = file.write(piece.bytes) {
        trouble.update { $0 = .system("cannot write '\(path)'", errno: problem) }
        break
      }
      taken += Int64(piece.count)
      belt.hand(piece)
      progress?(taken)
      guard count > 0 else { break }
    }
    belt.end()
  }

  /// What speaks against the export so far; the program may have failed because of it.
  package var failure: BackupError? { trouble.update { $0 } ?? proof.failure }

  /// Waits until all is proven and on the disk, so not for the threads of tasks.
  ///
  /// Throws `.unproven` when what came is no whole export, `.storage` when it could not be written.
  package func finish() throws(BackupError) -> Stored {
    belt.waitForEnd()
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
  package func cancel() {
    belt.waitForEnd()
    file.empty()
  }
}

/// The proof of an export while it comes, and its SHA-256.
///
/// One thread has it at a time: the one that proves, then whoever ends the export.
private final class PassingProof: @unchecked Sendable {
  private let reader: XVAReader
  private let sum: SHA256
  private let flaw = Monitor<BackupError?>(nil)

  init(of path: String) throws(BackupError) {
    (reader, sum) = (try XVAReader(of: path), try SHA256())
  }

  var failure: BackupError? { flaw.update { $0 } }

  /// False when nothing more is of use.
  func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    sum.update(bytes)
    do throws(BackupError) {
      try reader.take(bytes)
      return true
    } catch {
      flaw.update { $0 = error }
      return false
    }
  }

  func finish() throws(BackupError) -> (XVAContent, SHA256.Digest) {
    (try reader.finish(), sum.finish())
  }
}
