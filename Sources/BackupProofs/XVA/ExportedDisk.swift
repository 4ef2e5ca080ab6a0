/// A disk of a virtual machine in its export.
package struct ExportedDisk: Sendable, Equatable {
  /// What its chunks are named for, as `Ref:12`; not its name on the host.
  package var id: String
  /// Bytes of the whole disk.
  package var virtualSize: Int64
  /// Chunks that hold some of it, each proven by its checksum.
  package var chunks = 0
  /// Bytes in them; what was all zeros is left out.
  package var bytes: Int64 = 0

  package init(id: String, virtualSize: Int64, chunks: Int = 0, bytes: Int64 = 0) {
    (self.id, self.virtualSize, self.chunks, self.bytes) = (id, virtualSize, chunks, bytes)
  }

  /// Whether it can be the name of a folder in an archive of Unix version 7, and of a line for people.
  static func isName(_ id: some Collection<UInt8>) -> Bool {
    (1...64).contains(id.count)
      && id.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "/") }
  }
}
