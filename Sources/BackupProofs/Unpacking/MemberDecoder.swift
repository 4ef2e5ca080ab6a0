/// Unpacks one stream after the other, fed piece by piece: members of gzip, frames of Zstandard.
protocol MemberDecoder: AnyObject {
  /// Begins another stream.
  func reset()

  /// Takes a piece of the stream and gives what it unpacks to, in pieces that `take` may refuse.
  func decode(
    _ piece: UnsafeRawBufferPointer, take: (UnsafeRawBufferPointer) -> Bool
  ) -> DecodingProgress
}

/// How far a piece of a compressed stream brought its decoder.
enum DecodingProgress: Equatable {
  /// All that was given is used, and more has to come.
  case hungry
  /// The end of a stream; so many bytes of what was given come after it.
  case ended(left: Int)
  /// What was given is not such a stream.
  case broken
  /// Whoever takes the bytes wants no more.
  case stopped
}
