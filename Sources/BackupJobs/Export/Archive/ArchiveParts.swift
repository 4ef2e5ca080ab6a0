import BackupProofs
import Glibc
import OutsideWorld
import TISBackupCore

/// The files of one archive: `NAME.tar.00`, `NAME.tar.01`, which read one after the other are it.
struct ArchiveParts: Sendable {
  /// Parts of a folder, in their order, by their paths.
  static func paths(in folder: String) -> [String] {
    DiskLayout.names(in: folder).filter { $0.contains(".tar.") }.map { "\(folder)/\($0)" }
  }
}

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
    let path = "\(folder)/\(name).tar.\(padded(number, 3))"
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .system("cannot make '\(path)'") }
    return file
  }
}

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
