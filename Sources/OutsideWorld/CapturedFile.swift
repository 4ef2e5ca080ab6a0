import Glibc
import SystemPackage
import TISBackupCore

/// A file that takes what a program says: a named one, or one without a name that vanishes.
final class CapturedFile: Sendable {
  /// More than this is shown as its beginning and its end.
  private static let shown = 1 << 20

  let descriptor: FileDescriptor

  init(path: String?) throws(BackupError) {
    guard let path else {
      descriptor = FileDescriptor(rawValue: try ScratchFile.nameless())
      return
    }
    let opened = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard opened >= 0 else { throw .system("cannot write '\(path)'") }
    descriptor = FileDescriptor(rawValue: opened)
  }

  deinit { try? descriptor.close() }

  func append(_ bytes: [UInt8]) throws { _ = try descriptor.writeAll(bytes) }

  /// The text so far, with anything that is not UTF-8 replaced.
  func text() -> String {
    let size = (try? descriptor.seek(offset: 0, from: .end)) ?? 0
    guard size > Self.shown else { return read(from: 0, count: Int(size)) }
    let half = Self.shown / 2
    return read(from: 0, count: half)
      + "\n... \(ByteCount(size - Int64(Self.shown))) left out ...\n"
      + read(from: size - Int64(half), count: half)
  }

  private func read(from offset: Int64, count: Int) -> String {
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let rest = UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
        guard
          let got = try? descriptor.read(fromAbsoluteOffset: offset + Int64(filled), into: rest),
          got > 0
        else { return }
        filled += got
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
