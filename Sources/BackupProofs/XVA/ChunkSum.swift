/// What a host computes of each chunk of a disk, and puts behind it.
package enum ChunkSum: String, Sendable, CaseIterable {
  /// XXH64 with seed 0, as 16 hexadecimal digits in upper case; current hosts.
  case xxHash
  /// SHA-1, as 40 hexadecimal digits in lower case; hosts before Citrix Hypervisor 8.
  case sha1 = "SHA-1"

  /// How the name of its file goes on after that of the chunk.
  package var suffix: String {
    switch self {
    case .xxHash: ".xxhash"
    case .sha1: ".checksum"
    }
  }

  /// Digits of it.
  var length: Int {
    switch self {
    case .xxHash: 16
    case .sha1: 40
    }
  }
}
