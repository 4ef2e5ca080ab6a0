import TISBackupCore

/// The members of an export in their order: the description, then chunks, each with its checksum.
struct ExportMembers {
  /// What was found in them.
  struct Content {
    var description = ExportDescription()
    var disks: [ExportedDisk] = []
    var sum: ChunkSum?
  }

  private enum Step {
    case description(ExportDescriptionReader?)
    case chunk
    /// Between a chunk and its checksum, or in either.
    case content(DiskTally.Chunk)
    case sum(of: DiskTally.Chunk)
    case digits(of: DiskTally.Chunk, ChunkSum)
  }

  /// Some 20 kB are usual.
  private static let descriptionLimit: Int64 = 16 << 20
  private static let descriptionName = Array("ova.xml".utf8)

  private let path: String
  private let hash: ChunkHash
  private var step = Step.description(nil)
  private var description = ExportDescription()
  private var tally: DiskTally
  private var digits: [UInt8] = []

  init(of path: String) throws(BackupError) {
    self.path = path
    hash = try ChunkHash()
    tally = DiskTally([], of: path)
  }

  var content: Content { Content(description: description, disks: tally.disks, sum: hash.kind) }

  /// What must come next, for messages.
  var expectation: String {
    switch step {
    case .description: "its ova.xml"
    case .chunk: tally.expectation
    case .content(let chunk): chunk.description
    case .sum(let chunk), .digits(let chunk, _): "the checksum of \(chunk)"
    }
  }

  /// The member that we are in, for messages.
  var inside: String { "more of \(expectation)" }

  /// Begins the next member, whose header is at `offset`.
  mutating func begin(_ header: TarHeader, at offset: Int64) throws(BackupError) {
    switch step {
    case .description:
      guard header.name == Self.descriptionName else { throw unexpected(header, offset) }
      guard header.size <= Self.descriptionLimit else {
        throw BackupError(.unproven, .hugeDescription(path, header.size))
      }
      step = .description(try ExportDescriptionReader(of: path))
    case .chunk:
      guard let (disk, number) = Self.chunk(header.name) else { throw unexpected(header, offset) }
      let chunk = DiskTally.Chunk(
        disk: disk, number: number, length: header.size, offset: offset)
      try tally.begin(chunk)
      hash.restart()
      step = .content(chunk)
    case .sum(let chunk): step = .digits(of: chunk, try sum(of: chunk, header, offset))
    case .content, .digits: preconditionFailure("a member begins within another")
    }
  }

  /// Takes more of the member.
  mutating func take(_ piece: UnsafeRawBufferPointer) throws(BackupError) {
    switch step {
    case .description(let reader): try reader?.take(piece)
    case .content: hash.update(piece)
    case .digits: digits += piece
    case .chunk, .sum: break
    }
  }

  /// Ends the member.
  mutating func close() throws(BackupError) {
    switch step {
    case .description(let reader):
      guard let reader else { return }
      description = try reader.finish()
      tally = DiskTally(description.disks, of: path)
      step = .chunk
    case .content(let chunk): step = .sum(of: chunk)
    case .digits(let chunk, let kind):
      let found = hash.finish(kind)
      guard found == digits else {
        throw BackupError(.unproven, .different(path, chunk, kind, found, digits))
      }
      hash.kind = kind
      digits.removeAll(keepingCapacity: true)
      step = .chunk
    case .chunk, .sum: break
    }
  }

  /// The archive ends, at `offset`; throws when something is missing.
  func end(at offset: Int64) throws(BackupError) {
    guard case .chunk = step else {
      throw BackupError(.unproven, .noMore(path, expectation, offset))
    }
    try tally.end(at: offset)
  }

  /// Which checksum a member is, after a chunk.
  private func sum(of chunk: DiskTally.Chunk, _ header: TarHeader, _ offset: Int64)
    throws(BackupError) -> ChunkSum
  {
    let name = Self.name(of: chunk)
    let kind = ChunkSum.allCases.first { header.name == name + Array($0.suffix.utf8) }
    guard let kind, header.size == Int64(kind.length) else { throw unexpected(header, offset) }
    guard hash.kind == nil || hash.kind == kind else {
      throw BackupError(.unproven, .twoKinds(path, chunk))
    }
    return kind
  }

  private static func name(of chunk: DiskTally.Chunk) -> [UInt8] {
    let digits = String(chunk.number)
    let zeros = String(repeating: "0", count: max(0, numberLength - digits.count))
    return Array("\(chunk.disk)/\(zeros)\(digits)".utf8)
  }

  /// Digits in the name of a chunk: enough for a hundred times what a disk may have.
  private static let numberLength = 8

  /// The disk and the number in the name of a chunk; nil for any other name.
  private static func chunk(_ name: [UInt8]) -> (disk: String, number: Int)? {
    guard let slash = name.firstIndex(of: UInt8(ascii: "/")),
      ExportedDisk.isName(name[..<slash]), name.count == slash + 1 + numberLength
    else { return nil }
    var number = 0
    for letter in name[(slash + 1)...] {
      guard (0x30...0x39).contains(letter) else { return nil }
      number = number * 10 + Int(letter - 0x30)
    }
    return (String(decoding: name[..<slash], as: UTF8.self), number)
  }

  private func unexpected(_ header: TarHeader, _ offset: Int64) -> BackupError {
    let found = "'\(ExportText.shown(header.name))' of \(header.size) bytes"
    return BackupError(.unproven, .unexpected(path, found, expectation, offset))
  }
}

extension BackupError.Message {
  fileprivate static func unexpected(
    _ path: String, _ found: String, _ expectation: String, _ offset: Int64
  ) -> Self {
    "'\(path)' is damaged: at byte \(offset) is \(found), where \(expectation) must be"
  }
  fileprivate static func hugeDescription(_ path: String, _ size: Int64) -> Self {
    "'\(path)' is damaged: its ova.xml would have \(size) bytes"
  }
  fileprivate static func different(
    _ path: String, _ chunk: DiskTally.Chunk, _ kind: ChunkSum, _ found: [UInt8], _ said: [UInt8]
  ) -> Self {
    "'\(path)' is damaged: \(chunk) has the \(kind.rawValue) \(ExportText.shown(found)), and its checksum says '\(ExportText.shown(said))'"
  }
  fileprivate static func twoKinds(_ path: String, _ chunk: DiskTally.Chunk) -> Self {
    "'\(path)' is damaged: \(chunk) has another kind of checksum than those before it"
  }
  fileprivate static func noMore(_ path: String, _ expectation: String, _ offset: Int64) -> Self {
    "'\(path)' is not complete: it ends at byte \(offset), where \(expectation) must be"
  }
}
