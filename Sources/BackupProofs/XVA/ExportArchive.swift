import TISBackupCore

/// The archive of an export: which member each of its bytes belongs to, and that nothing is beside them.
///
/// Hosts write a description, then of each disk one chunk after the other with its checksum behind it,
/// and two blocks of zeros at the end.
struct ExportArchive {
  /// Bytes of the archive so far.
  private(set) var offset: Int64 = 0

  private enum Place {
    case header
    case data(left: Int64, padding: Int)
    case padding(left: Int)
    case end
  }

  private let path: String
  private var place = Place.header
  private var header: [UInt8] = []
  private var zeroBlocks = 0
  private var members: ExportMembers

  /// `path` is that of the export, for messages.
  init(of path: String) throws(BackupError) {
    self.path = path
    members = try ExportMembers(of: path)
    header.reserveCapacity(TarHeader.blockSize)
  }

  /// Takes the next piece; throws `.unproven` when it cannot be that of a whole export.
  mutating func take(_ piece: UnsafeRawBufferPointer) throws(BackupError) {
    var rest = piece
    while !rest.isEmpty {
      let count: Int
      switch place {
      case .header:
        count = min(rest.count, TarHeader.blockSize - header.count)
        header += rest.prefix(count)
        offset += Int64(count)
        if header.count == TarHeader.blockSize { try open() }
      case .data(let left, let padding):
        count = Int(min(Int64(rest.count), left))
        try members.take(UnsafeRawBufferPointer(rebasing: rest[..<count]))
        offset += Int64(count)
        place = .data(left: left - Int64(count), padding: padding)
        if Int64(count) == left { try close(padding) }
      case .padding(let left):
        count = min(rest.count, left)
        if let odd = rest[..<count].firstIndex(where: { $0 != 0 }) {
          throw BackupError(.unproven, .padding(path, offset + Int64(odd)))
        }
        offset += Int64(count)
        place = left == count ? .header : .padding(left: left - count)
      case .end: throw BackupError(.unproven, .beyondEnd(path, offset))
      }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
    }
  }

  /// What was found; throws `.unproven` when the archive may not end here.
  func finish() throws(BackupError) -> ExportMembers.Content {
    switch place {
    case .end: return members.content
    case .header:
      if let answer = HostAnswer(header) {
        throw .answered(path, answer, offset - Int64(header.count))
      }
      throw BackupError(
        .unproven,
        zeroBlocks > 0 && header.isEmpty
          ? .halfEnd(path, offset) : .cutShort(path, members.expectation, offset))
    case .data, .padding: throw BackupError(.unproven, .cutShort(path, members.inside, offset))
    }
  }

  /// Takes a whole block where a header must be.
  private mutating func open() throws(BackupError) {
    let begin = offset - Int64(TarHeader.blockSize)
    defer { header.removeAll(keepingCapacity: true) }
    guard header.contains(where: { $0 != 0 }) else {
      zeroBlocks += 1
      guard zeroBlocks == 2 else { return }
      try members.end(at: begin - Int64(TarHeader.blockSize))
      place = .end
      return
    }
    if let answer = HostAnswer(header) { throw .answered(path, answer, begin) }
    guard zeroBlocks == 0 else { throw BackupError(.unproven, .halfEnd(path, begin)) }
    let parsed: TarHeader
    do throws(TarHeader.Flaw) {
      parsed = try TarHeader(header)
    } catch {
      throw BackupError(
        .unproven,
        begin == 0
          ? .noArchive(path, ExportText.shown(header))
          : .badHeader(path, begin, members.expectation, error.reason))
    }
    try members.begin(parsed, at: begin)
    let over = Int(parsed.size % Int64(TarHeader.blockSize))
    let padding = over == 0 ? 0 : TarHeader.blockSize - over
    place = .data(left: parsed.size, padding: padding)
    if parsed.size == 0 { try close(0) }
  }

  private mutating func close(_ padding: Int) throws(BackupError) {
    try members.close()
    place = padding == 0 ? .header : .padding(left: padding)
  }
}

extension BackupError {
  /// The host gave up in the middle, and said so where nobody expects it.
  static func answered(_ path: String, _ answer: HostAnswer, _ offset: Int64) -> BackupError {
    BackupError(.unproven, .answered(path, answer.status, offset), hint: .askHost)
  }
}

extension BackupError.Message {
  fileprivate static func answered(_ path: String, _ status: String, _ offset: Int64) -> Self {
    "'\(path)' is not complete: the host answered HTTP \(status) instead, at byte \(offset)"
  }
  fileprivate static let askHost: Self =
    "Look at /var/log/xensource.log of that host, at the time of the export."
  fileprivate static func noArchive(_ path: String, _ begin: String) -> Self {
    "'\(path)' is no export of a virtual machine: it begins with '\(begin)'"
  }
  fileprivate static func badHeader(
    _ path: String, _ offset: Int64, _ expectation: String, _ reason: String
  ) -> Self {
    "'\(path)' is damaged: the header at byte \(offset), of \(expectation), is none: \(reason)"
  }
  fileprivate static func padding(_ path: String, _ offset: Int64) -> Self {
    "'\(path)' is damaged: byte \(offset), between two members, is not zero"
  }
  fileprivate static func beyondEnd(_ path: String, _ offset: Int64) -> Self {
    "'\(path)' goes on after its end, at byte \(offset)"
  }
  fileprivate static func halfEnd(_ path: String, _ offset: Int64) -> Self {
    "'\(path)' is cut short: one block of zeros at byte \(offset), where an end has two"
  }
  fileprivate static func cutShort(_ path: String, _ what: String, _ offset: Int64) -> Self {
    "'\(path)' is cut short at byte \(offset), where \(what) must be"
  }
}
