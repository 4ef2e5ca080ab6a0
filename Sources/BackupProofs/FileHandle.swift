import Glibc

/// A descriptor that is closed with the last value that holds it.
final class FileHandle: Sendable {
  let value: Int32

  init(_ value: Int32) { self.value = value }

  deinit { close(value) }

  /// Gives the room back: a thread that is just ending may hold the file open after it is removed.
  func empty() { ftruncate(value, 0) }

  /// Writes everything; gives `errno` when that cannot be.
  func write(_ bytes: UnsafeRawBufferPointer) -> Int32? { Self.write(bytes, to: value) }

  /// The same to a descriptor of somebody else.
  static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return count == 0 ? ENOSPC : errno }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
    }
    return nil
  }
}
