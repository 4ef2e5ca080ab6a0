import Synchronization

/// Keeps the whole output of a program as text, where its middle must not be left out.
package final class TextSink: OutputSink {
  private let limit: Int
  private let kept = Mutex<[UInt8]?>([])

  /// `limit` is how many bytes are believed to be an answer.
  package init(limit: Int = 256 << 20) { self.limit = limit }

  /// Everything that came, with what is not UTF-8 replaced; nil when it was more than the limit.
  package var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

  /// The same as it came.
  package var bytes: [UInt8]? { kept.withLock(\.self) }

  package func drain(_ pipe: PipeReader) {
    var all: [UInt8]? = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while let known = all?.count {
      let count = piece.withUnsafeMutableBytes { pipe.read(into: $0) }
      guard count > 0 else { break }
      if known + count > limit { all = nil } else { all? += piece[..<count] }
    }
    kept.withLock { [all] in $0 = all }
  }
}
