import Glibc
import OutsideWorld
import TISBackupCore

/// Takes an archive while it is written, and cuts it into parts.
final class ArchiveWriter: OutputSink {
  /// Below what FAT takes, in whole blocks.
  static let usualPart: Int64 = 4_000_000_000 / 65_536 * 65_536

  private let folder: String
  private let name: String
  private let part: Int64
  private let problem = Monitor<BackupError?>(nil)

  /// Parts go to a folder that is there and has none; each has so many bytes but the last.
  init(folder: String, name: String, part: Int64 = usualPart) {
    (self.folder, self.name, self.part) = (folder, name, part)
  }

  /// What went wrong with the parts, once the program has ended.
  var failure: BackupError? { problem.update { $0 } }

  func drain(_ pipe: PipeReader) {
    do throws(BackupError) {
      try write(pipe)
    } catch {
      problem.update { $0 = error }
    }
  }

  private func write(_ pipe: PipeReader) throws(BackupError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    var (number, room, file) = (0, Int64(0), Int32(-1))
    defer { if file >= 0 { close(file) } }
    while true {
      let count = pipe.read(into: buffer)
      guard count >= 0 else { throw .system("cannot read what tar writes") }
      guard count > 0 else { break }
      var rest = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      while !rest.isEmpty {
        if room == 0 {
          if file >= 0 { close(file) }
          file = try makePart(number)
          (number, room) = (number + 1, part)
        }
        let written = Glibc.write(file, rest.baseAddress, min(rest.count, Int(clamping: room)))
        if written < 0 && errno == EINTR { continue }
        guard written > 0 else { throw .system("cannot write the archive in '\(folder)'") }
        room -= Int64(written)
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
      }
    }
  }

  private func makePart(_ number: Int) throws(BackupError) -> Int32 {
    let path = "\(folder)/\(ArchiveParts.name(number, of: name))"
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .system("cannot make '\(path)'") }
    return file
  }
}
