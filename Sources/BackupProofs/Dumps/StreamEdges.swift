/// The beginning and the end of a stream: what tells that a dump is one, and that it is complete.
package struct StreamEdges: Sendable, Equatable {
  private static let headLimit = 512
  /// What follows the end marker of a dump is short: some statements, a token.
  private static let tailLimit = 4096

  /// The first bytes.
  package private(set) var head: [UInt8] = []
  /// The last bytes.
  package private(set) var tail: [UInt8] = []
  /// Bytes of the whole stream.
  package private(set) var count: Int64 = 0

  package init() {}

  /// Takes the next piece of the stream.
  package mutating func take(_ piece: UnsafeRawBufferPointer) {
    count += Int64(piece.count)
    if head.count < Self.headLimit { head += piece.prefix(Self.headLimit - head.count) }
    if piece.count >= Self.tailLimit {
      tail = Array(piece.suffix(Self.tailLimit))
    } else {
      tail = (tail + piece).suffix(Self.tailLimit)
    }
  }
}
