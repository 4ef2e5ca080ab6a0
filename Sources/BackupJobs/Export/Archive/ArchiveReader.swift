import BackupProofs
import Glibc
import OutsideWorld
import TISBackupCore

/// Gives the parts of an archive to a program as one, and knows the SHA-256 of each afterwards.
final class ArchiveReader: InputSource {
  private struct State {
    var sums: [FileSum] = []
    var failure: BackupError?
  }

  private let paths: [String]
  private let state = Monitor(State())

  init(_ paths: [String]) { self.paths = paths }

  /// The parts that were read to their end, by name.
  var sums: [FileSum] { state.update { $0.sums } }
  /// Why one could not be read.
  var failure: BackupError? { state.update { $0.failure } }

  func feed(_ descriptor: Int32) {
    do throws(BackupError) {
      for path in paths { try feed(path, to: descriptor) }
    } catch {
      state.update { $0.failure = error }
    }
  }

  private func feed(_ path: String, to descriptor: Int32) throws(BackupError) {
    let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard file >= 0 else { throw .system("cannot read '\(path)'") }
    defer { close(file) }
    // What memory holds proves nothing of the disk.
    posix_fadvise(file, 0, 0, Int32(POSIX_FADV_DONTNEED))
    let sum = try SHA256()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    // A reader that has seen the end of the archive needs no more, and the sum is of all of it.
    var isWanted = true
    while true {
      let count = read(file, buffer.baseAddress, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .system("cannot read '\(path)'") }
      guard count > 0 else { break }
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      sum.update(bytes)
      isWanted = isWanted && Self.write(bytes, to: descriptor)
    }
    let name = Array(DiskPath.name(of: path).utf8)
    let digest = sum.finish()
    state.update { $0.sums.append(FileSum(path: name, digest: digest)) }
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
    }
    return true
  }
}
