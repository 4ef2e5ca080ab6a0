import TISBackupCore

/// Reads the export of a virtual machine as its bytes come, in pieces of any size, and proves it.
///
/// Every chunk is what its checksum says, every disk that the export tells of is there from its first
/// to its last byte, nothing else is in it, and it has its end. The description of the machine itself,
/// `ova.xml`, has no checksum in an export that is not compressed: what is changed in it is seen only
/// where it concerns the disks. A chunk that is missing together with its checksum, and is neither the
/// first nor the last one, looks like zeros that the host left out: an export cannot show that.
///
/// Memory stays the same whatever the size.
package final class XVAReader {
  private let path: String
  private var archive: ExportArchive
  private var compression: XVACompression?
  /// Nil for an export that is not compressed.
  private var unpacker: MemberUnpacker?
  /// The first bytes, until they are enough to tell what it is.
  private var begin: [UInt8] = []
  private var edges = StreamEdges()
  private var failure: BackupError?

  /// `path` is that of the export, for messages.
  package init(of path: String) throws(BackupError) {
    self.path = path
    archive = try ExportArchive(of: path)
  }

  /// Takes the next piece.
  ///
  /// Throws `.unproven` when it cannot be one of a whole export, with the place and what was expected;
  /// then, and after that always the same.
  package func take(_ piece: UnsafeRawBufferPointer) throws(BackupError) {
    if let failure { throw failure }
    do throws(BackupError) {
      edges.take(piece)
      try unpack(piece)
    } catch {
      failure = error
      throw error
    }
  }

  /// What it was; throws as ``take(_:)`` does when it is not complete.
  package func finish() throws(BackupError) -> XVAContent {
    if let failure { throw failure }
    guard edges.count > 0 else { throw BackupError(.unproven, .empty(path)) }
    do throws(BackupError) {
      let content = try end()
      return XVAContent(
        machine: content.description.machine, product: content.description.product,
        disks: content.disks, sum: content.sum, compression: compression ?? .none,
        bytes: edges.count, archiveBytes: archive.offset)
    } catch {
      // A host that fails while it sends a chunk answers in the middle of it.
      let told = HostAnswer.last(in: edges.tail).map { answer, index in
        BackupError.answered(path, answer, edges.count - Int64(edges.tail.count - index))
      }
      failure = told ?? error
      throw told ?? error
    }
  }

  private func unpack(_ piece: UnsafeRawBufferPointer) throws(BackupError) {
    guard compression == nil else { return try pass(piece) }
    let count = min(piece.count, HostAnswer.length - begin.count)
    begin += piece.prefix(count)
    guard begin.count == HostAnswer.length else { return }
    try open()
    try pass(UnsafeRawBufferPointer(rebasing: piece.dropFirst(count)))
  }

  /// Begins with what the first bytes tell.
  private func open() throws(BackupError) {
    let compression = XVACompression(of: begin)
    self.compression = compression
    switch compression {
    case .none: break
    case .gzip: unpacker = MemberUnpacker(try Inflater(), magic: compression.magic)
    case .zstd: unpacker = MemberUnpacker(try ZstdDecoder(), magic: compression.magic)
    }
    let result = begin.withUnsafeBytes { bytes in
      Result { () throws(BackupError) in try pass(bytes) }
    }
    try result.get()
  }

  private func end() throws(BackupError) -> ExportMembers.Content {
    if compression == nil { try open() }
    if let unpacker {
      try unpacking { (take) throws(MemberUnpacker.Flaw) in try unpacker.finish(take) }
    }
    return try archive.finish()
  }

  private func pass(_ piece: UnsafeRawBufferPointer) throws(BackupError) {
    guard let unpacker else { return try archive.take(piece) }
    try unpacking { (take) throws(MemberUnpacker.Flaw) in try unpacker.take(piece, take) }
  }

  /// Gives what comes out of the unpacker to the archive; what that refuses counts more than what
  /// the unpacker finds.
  private func unpacking(
    _ work: ((UnsafeRawBufferPointer) -> Bool) throws(MemberUnpacker.Flaw) -> Bool
  ) throws(BackupError) {
    var refusal: BackupError?
    do throws(MemberUnpacker.Flaw) {
      _ = try work { piece in
        do throws(BackupError) {
          try archive.take(piece)
          return true
        } catch {
          refusal = error
          return false
        }
      }
    } catch {
      throw flawed(error)
    }
    if let refusal { throw refusal }
  }

  private func flawed(_ flaw: MemberUnpacker.Flaw) -> BackupError {
    let kind = compression?.rawValue ?? ""
    switch flaw {
    case .broken: return BackupError(.unproven, .broken(path, kind, edges.count, archive.offset))
    case .cutShort:
      return BackupError(.unproven, .cutShort(path, kind, edges.count, archive.offset))
    case .followed(let answer?, let offset): return .answered(path, answer, offset)
    case .followed(nil, let offset):
      return BackupError(.unproven, .followed(path, kind, offset))
    }
  }
}

extension BackupError.Message {
  fileprivate static func empty(_ path: String) -> Self { "'\(path)' is empty" }
  fileprivate static func broken(
    _ path: String, _ kind: String, _ offset: Int64, _ archive: Int64
  ) -> Self {
    "'\(path)' is damaged: its \(kind) stream is broken before byte \(offset), after byte \(archive) of the archive in it"
  }
  fileprivate static func cutShort(
    _ path: String, _ kind: String, _ offset: Int64, _ archive: Int64
  ) -> Self {
    "'\(path)' is cut short: its \(kind) stream breaks off at byte \(offset), after byte \(archive) of the archive in it"
  }
  fileprivate static func followed(_ path: String, _ kind: String, _ offset: Int64) -> Self {
    "'\(path)' goes on after the end of its \(kind) stream, at byte \(offset)"
  }
}
