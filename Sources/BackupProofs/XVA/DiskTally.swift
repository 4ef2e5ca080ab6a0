import TISBackupCore

/// Counts the chunks of an export as a host that imports it does.
///
/// Chunks have numbers, not places. What is all zeros is left out, so a gap in the numbers stands for
/// as many bytes, times the length of the first chunk of the whole archive. An empty chunk only keeps
/// the connection alive: it takes a number, and no place. The first and the last chunk of a disk are
/// always there (`stream_vdi.ml` of xapi).
struct DiskTally {
  /// A chunk by the disk it belongs to, its number, its bytes, and where in the archive its header is.
  struct Chunk: Equatable {
    var disk: String
    var number: Int
    var length: Int64
    var offset: Int64
  }

  private(set) var disks: [ExportedDisk]

  private let path: String
  /// Which disk the next chunk belongs to, unless that is whole.
  private var current = 0
  private var lastNumber = -1
  /// Bytes of the current disk that were told of, zeros too.
  private var placed: Int64 = 0
  private var firstLength: Int64?

  /// `disks` are those that the archive must hold, in its order.
  init(_ disks: [ExportedDisk], of path: String) { (self.disks, self.path) = (disks, path) }

  /// Takes the next chunk, whose content is still to come; throws when it cannot be the next one.
  mutating func begin(_ chunk: Chunk) throws(BackupError) {
    try turn(to: chunk)
    let disk = disks[current]
    guard chunk.number > lastNumber else {
      throw BackupError(.unproven, .unordered(path, chunk, after: lastNumber))
    }
    guard lastNumber >= 0 || chunk.number == 0 && chunk.length > 0 else {
      throw BackupError(.unproven, .noFirst(path, chunk))
    }
    let first = firstLength ?? chunk.length
    let gap = Int64(chunk.number - lastNumber - 1).multipliedReportingOverflow(by: first)
    let left = disk.virtualSize - placed
    guard !gap.overflow, gap.partialValue <= left, chunk.length <= left - gap.partialValue else {
      throw BackupError(.unproven, .tooMuch(path, chunk, left: left, disk))
    }
    placed += gap.partialValue + chunk.length
    guard placed < disk.virtualSize || chunk.length > 0 else {
      throw BackupError(.unproven, .emptyLast(path, chunk))
    }
    (lastNumber, firstLength) = (chunk.number, first)
    if chunk.length > 0 { disks[current].chunks += 1 }
    disks[current].bytes += chunk.length
  }

  /// Throws when anything is missing at the end of the archive, which is at `offset`.
  func end(at offset: Int64) throws(BackupError) {
    guard let disk = unfinished else { return }
    throw BackupError(.unproven, .missing(path, disk, placed: placedBytes(of: disk), at: offset))
  }

  /// What must come next, for messages.
  var expectation: String { unfinished.map { "a chunk of the disk '\($0.id)'" } ?? "its end" }

  /// The first disk of which something is missing.
  private var unfinished: ExportedDisk? {
    disks[min(current, disks.count)...].first { $0.virtualSize > placedBytes(of: $0) }
  }

  private func placedBytes(of disk: ExportedDisk) -> Int64 {
    disks.indices.contains(current) && disks[current].id == disk.id ? placed : 0
  }

  /// Goes on to the disk of a chunk, when that is whose turn it is.
  private mutating func turn(to chunk: Chunk) throws(BackupError) {
    guard let index = disks.firstIndex(where: { $0.id == chunk.disk }) else {
      throw BackupError(.unproven, .unknownDisk(path, chunk))
    }
    guard index >= current else {
      throw BackupError(.unproven, .late(path, chunk, disks[current]))
    }
    guard index > current else { return }
    // A disk of no size has no chunk.
    if let disk = unfinished, disk.id != chunk.disk {
      throw BackupError(
        .unproven, .missing(path, disk, placed: placedBytes(of: disk), at: chunk.offset))
    }
    (current, lastNumber, placed) = (index, -1, 0)
  }
}

extension DiskTally.Chunk: CustomStringConvertible {
  var description: String { "chunk \(number) of the disk '\(disk)' at byte \(offset)" }
}

extension BackupError.Message {
  fileprivate static func unordered(
    _ path: String, _ chunk: DiskTally.Chunk, after number: Int
  ) -> Self {
    "'\(path)' is damaged: \(chunk) comes after number \(number)"
  }
  fileprivate static func noFirst(_ path: String, _ chunk: DiskTally.Chunk) -> Self {
    "'\(path)' is not complete: \(chunk) comes where the first one must be"
  }
  fileprivate static func emptyLast(_ path: String, _ chunk: DiskTally.Chunk) -> Self {
    "'\(path)' is not complete: \(chunk) is empty, and the last one must not be"
  }
  fileprivate static func tooMuch(
    _ path: String, _ chunk: DiskTally.Chunk, left: Int64, _ disk: ExportedDisk
  ) -> Self {
    "'\(path)' is damaged: \(chunk) with its \(chunk.length) bytes goes beyond the \(left) that are left of \(disk.virtualSize)"
  }
  fileprivate static func missing(
    _ path: String, _ disk: ExportedDisk, placed: Int64, at offset: Int64
  ) -> Self {
    "'\(path)' is not complete: of the disk '\(disk.id)' there are \(placed) bytes of \(disk.virtualSize), up to byte \(offset)"
  }
  fileprivate static func unknownDisk(_ path: String, _ chunk: DiskTally.Chunk) -> Self {
    "'\(path)' is damaged: \(chunk) belongs to no disk that its ova.xml tells of"
  }
  fileprivate static func late(
    _ path: String, _ chunk: DiskTally.Chunk, _ disk: ExportedDisk
  ) -> Self {
    "'\(path)' is damaged: \(chunk) comes after those of the disk '\(disk.id)'"
  }
}
