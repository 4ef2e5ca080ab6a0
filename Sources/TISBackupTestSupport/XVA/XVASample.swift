/// The export of a virtual machine as a Xen host makes one: a description, chunks with their
/// checksums, an end; written from `export.ml` and `stream_vdi.ml` of xapi, and not with our own code.
///
/// What is to be wrong with it is done to its ``members``, to their headers or to the bytes.
package struct XVASample: Sendable {
  package enum Sum: String, Sendable, CaseIterable {
    case xxHash = ".xxhash"
    case sha1 = ".checksum"
  }

  package struct Disk: Sendable {
    /// As `Ref:7`.
    package var id: String
    package var content: [UInt8]
    /// What the description says instead of the true size.
    package var size: String?
    /// `Disk`, `CD` or `Floppy`: what kind of drive holds it.
    package var drive = "Disk"
    /// Whether it comes from a library of ISO images, and so is not sent.
    package var isImage = false
    /// Numbers, as they would be, before which the host had to keep the connection alive.
    package var keptAlive: Set<Int> = []

    package init(_ id: String, _ content: [UInt8]) { (self.id, self.content) = (id, content) }

    package var isSent: Bool { drive != "CD" && !isImage && !content.isEmpty }
  }

  /// A file of the archive.
  package struct Member: Sendable, Equatable {
    package var name: String
    package var data: [UInt8]
    /// What the header is instead of the right one.
    package var header: [UInt8]?

    package init(_ name: String, _ data: [UInt8], header: [UInt8]? = nil) {
      (self.name, self.data, self.header) = (name, data, header)
    }

    /// Header, content, zeros up to a whole block.
    package var bytes: [UInt8] {
      let padding = (512 - data.count % 512) % 512
      return (header ?? XVASample.header(name, size: data.count)) + data
        + [UInt8](repeating: 0, count: padding)
    }
  }

  package var disks: [Disk]
  package var sum: Sum
  /// A real host has 1 MiB.
  package var chunkLength: Int
  /// Drives without anything in them.
  package var emptyDrives = ["CD"]
  /// The state that the description gives the machine, and the disk of its memory.
  package var powerState = "Halted"
  package var suspendDisk = "OpaqueRef:NULL"
  package var machine = "web1"
  package var product = ("XCP-ng", "8.3.0")

  package init(_ disks: [Disk], sum: Sum = .xxHash, chunkLength: Int = 1024) {
    (self.disks, self.sum, self.chunkLength) = (disks, sum, chunkLength)
  }

  /// Two zero blocks.
  package static let end = [UInt8](repeating: 0, count: 1024)

  package var members: [Member] {
    let sent = disks.filter(\.isSent).sorted { $0.id < $1.id }
    return [Member("ova.xml", Array(description.utf8))] + sent.flatMap(members)
  }

  package var bytes: [UInt8] { Self.bytes(members) }

  package static func bytes(_ members: [Member], end: [UInt8] = end) -> [UInt8] {
    members.flatMap(\.bytes) + end
  }

  /// A chunk and its checksum.
  package func chunk(_ disk: String, _ number: Int, _ data: [UInt8]) -> [Member] {
    let digits = String(number)
    let name = "\(disk)/\(String(repeating: "0", count: 8 - digits.count))\(digits)"
    return [Member(name, data), Member(name + sum.rawValue, Array(Self.sum(of: data, sum).utf8))]
  }

  /// What is all zeros is left out, but at both ends.
  private func members(of disk: Disk) -> [Member] {
    var members: [Member] = []
    var number = 0
    for start in stride(from: 0, to: disk.content.count, by: chunkLength) {
      let data = Array(disk.content[start..<min(disk.content.count, start + chunkLength)])
      while disk.keptAlive.contains(number) {
        members += chunk(disk.id, number, [])
        number += 1
      }
      let isOuter = start == 0 || start + chunkLength >= disk.content.count
      if isOuter || data.contains(where: { $0 != 0 }) { members += chunk(disk.id, number, data) }
      number += 1
    }
    return members
  }

  /// A header of Unix version 7; the type is a zero byte.
  package static func header(
    _ name: String, size: Int, type: UInt8 = 0, sizeField: [UInt8]? = nil, magic: String = ""
  ) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ bytes: some Collection<UInt8>, at offset: Int) {
      block.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    }
    put(Array(name.utf8.prefix(100)), at: 0)
    for (offset, digits) in [(100, 7), (108, 7), (116, 7), (136, 11)] {
      put([UInt8](repeating: 0x30, count: digits), at: offset)
    }
    put(sizeField ?? octal(size, digits: 11), at: 124)
    block[156] = type
    put(Array(magic.utf8), at: 257)
    return sealed(block)
  }

  /// The same header with the checksum that it must have.
  package static func sealed(_ header: [UInt8]) -> [UInt8] {
    var block = header
    block.replaceSubrange(148..<156, with: [UInt8](repeating: 0x20, count: 8))
    let sum = block.reduce(0) { $0 + Int($1) }
    block.replaceSubrange(148..<156, with: octal(sum, digits: 6) + [0, 0x20])
    return block
  }

  private static func octal(_ number: Int, digits: Int) -> [UInt8] {
    let text = String(number, radix: 8)
    return Array((String(repeating: "0", count: max(0, digits - text.utf8.count)) + text).utf8)
  }
}
