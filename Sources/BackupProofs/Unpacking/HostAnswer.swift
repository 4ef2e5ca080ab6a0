/// An answer of a web server where a stream should begin or go on.
///
/// A Xen host that fails in the middle of an export writes one into it.
struct HostAnswer {
  /// As many bytes as are needed to tell one.
  static let length = "HTTP/1.1 500".utf8.count

  /// The three digits of its status.
  let status: String

  /// Nil for what does not begin as an answer that tells of a failure does.
  init?(_ bytes: some Collection<UInt8>) {
    let begin = Array(bytes.prefix(Self.length))
    guard begin.count == Self.length, begin.starts(with: "HTTP/1.".utf8),
      begin[8] == UInt8(ascii: " "), [UInt8(ascii: "4"), UInt8(ascii: "5")].contains(begin[9]),
      begin[9...].allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    status = String(decoding: begin[9...], as: UTF8.self)
  }

  /// The last whole one in the end of a stream, and where it begins there.
  static func last(in tail: [UInt8]) -> (answer: HostAnswer, index: Int)? {
    let blank = Array("\r\n\r\n".utf8)
    for index in tail.indices.reversed() where tail[index] == UInt8(ascii: "H") {
      guard let answer = HostAnswer(tail[index...]) else { continue }
      // Disks hold such lines, too: what follows must be the head of an answer.
      let isWhole = tail[index...].indices.contains { tail[$0...].starts(with: blank) }
      if isWhole { return (answer, index) }
    }
    return nil
  }
}
