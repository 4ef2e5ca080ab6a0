import TISBackupCore

/// Unpacks a compressed stream of one or several members, in pieces of any size.
final class MemberUnpacker {
  /// What is wrong with a stream.
  enum Flaw: Error {
    case broken
    /// The end of a member is followed by something that is none, at that byte.
    case followed(HostAnswer?, at: Int64)
    case cutShort
  }

  private let decoder: any MemberDecoder
  private let magic: [UInt8]
  private var isInside = true
  /// What came after the end of a member, until it is enough to tell what it is.
  private var begin: [UInt8] = []
  /// Bytes of the stream so far.
  private var taken: Int64 = 0

  /// `magic` is how each member begins.
  init(_ decoder: any MemberDecoder, magic: [UInt8]) {
    (self.decoder, self.magic) = (decoder, magic)
  }

  /// Gives what a piece unpacks to; false when `take` refused that.
  func take(
    _ piece: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer) -> Bool
  ) throws(Flaw) -> Bool {
    var rest = piece
    while !rest.isEmpty {
      if !isInside {
        let count = min(rest.count, HostAnswer.length - begin.count)
        begin += rest.prefix(count)
        taken += Int64(count)
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        guard begin.count == HostAnswer.length else { return true }
        guard try open(take) else { return false }
        continue
      }
      guard let left = try decode(rest, take) else { return false }
      taken += Int64(rest.count - left)
      rest = UnsafeRawBufferPointer(rebasing: rest.suffix(left))
    }
    return true
  }

  /// Throws when the stream may not end here; false when `take` refused the last of it.
  func finish(_ take: (UnsafeRawBufferPointer) -> Bool) throws(Flaw) -> Bool {
    while !isInside && !begin.isEmpty {
      guard try open(take) else { return false }
    }
    guard !isInside else { throw .cutShort }
    return true
  }

  /// Begins a member with what came after the one before.
  private func open(_ take: (UnsafeRawBufferPointer) -> Bool) throws(Flaw) -> Bool {
    guard begin.starts(with: magic.prefix(begin.count)) else {
      throw .followed(HostAnswer(begin), at: taken - Int64(begin.count))
    }
    decoder.reset()
    let member = begin
    (isInside, begin) = (true, [])
    let left = member.withUnsafeBytes { bytes in
      Result { () throws(Flaw) in try decode(bytes, take) }
    }
    guard let left = try left.get() else { return false }
    // A member may be shorter than an answer is long.
    begin = Array(member.suffix(left))
    return true
  }

  /// How many bytes are left after the end of a member; nil when `take` refused what came out.
  private func decode(
    _ piece: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer) -> Bool
  ) throws(Flaw) -> Int? {
    switch decoder.decode(piece, take: take) {
    case .hungry: return 0
    case .stopped: return nil
    case .broken: throw .broken
    case .ended(let left):
      isInside = false
      return left
    }
  }
}
