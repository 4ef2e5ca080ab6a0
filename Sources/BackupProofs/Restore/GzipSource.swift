import Glibc
import OutsideWorld
import Synchronization
import TISBackupCore

/// Reads the text of a dump on its way into a server.
protocol DumpText: Sendable {
  /// Takes a piece, and gives to `write` what the client is to read of it; false stops the reading.
  mutating func pass(
    _ piece: UnsafeRawBufferPointer, to write: (UnsafeRawBufferPointer) -> Bool
  ) -> Bool
}

/// Feeds a compressed dump to a client, without ever having it whole.
final class GzipSource<Text: DumpText>: InputSource {
  private let path: String
  private let state: Mutex<(text: Text, isAtEnd: Bool, failure: BackupError?)>

  /// What the client reads before the dump.
  private let begin: [UInt8]

  init(path: String, text: Text, begin: [UInt8] = []) {
    (self.path, self.begin) = (path, begin)
    state = Mutex((text, false, nil))
  }

  /// What was read, once the client has ended.
  var text: Text { state.withLock { $0.text } }

  /// Whether all of the file was given to the client.
  var isAtEnd: Bool { state.withLock { $0.isAtEnd } }

  /// Why the file could not be read to its end; a client that reads no more is no reason.
  var failure: BackupError? { state.withLock { $0.failure } }

  func feed(_ descriptor: Int32) {
    var text = self.text
    var (isAtEnd, failure) = (false, BackupError?.none)
    guard begin.withUnsafeBytes({ Self.write($0, to: descriptor) }) else { return }
    do throws(BackupError) {
      isAtEnd = try GzipReader(path: path).read { piece in
        text.pass(piece) { Self.write($0, to: descriptor) }
      }
    } catch { failure = error }
    state.withLock { $0 = (text, isAtEnd, failure) }
  }

  /// False when nobody reads any more.
  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    FileHandle.write(bytes, to: descriptor) == nil
  }
}

extension UnsafeRawBufferPointer {
  /// Where the next line ends; libc looks at many bytes at once.
  func newline(from index: Int) -> Int? {
    guard index < count, let base = baseAddress,
      let found = memchr(base + index, 0x0a, count - index)
    else { return nil }
    return UnsafeRawPointer(found) - base
  }
}
