import CLinux
import Glibc
import OutsideWorld
import TISBackupCore

/// What a target keeps of a file beside its content, found out by doing.
///
/// The type of the file system would not tell: one and the same may be mounted to keep owners or not.
package struct TargetAbilities: Sendable, Equatable {
  /// Whether one file may have several names, so that what is unchanged takes no room.
  package var links = true
  /// Whether symbolic links, modes, owners, attributes and every name come back as they were.
  package var keepsMetadata = true

  package init(links: Bool = true, keepsMetadata: Bool = true) {
    (self.links, self.keepsMetadata) = (links, keepsMetadata)
  }

  static let probePrefix = "\(DiskLayout.trashPrefix)probe-"

  /// Makes a few files in a folder of their own on the target, and removes them.
  package static func probe(_ target: String) throws(BackupError) -> TargetAbilities {
    var template = Array("\(target)/\(probePrefix)XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw .system("cannot write to '\(target)'") }
    let folder = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let abilities = probe(in: folder)
    try FileTree.remove(folder)
    return abilities
  }

  /// What is known of a target without touching it, by the number of its file system (statfs(2)); one
  /// in user space may be anything, and is mostly a disk of another system.
  package static func guess(_ target: String) -> TargetAbilities {
    var status = statfs()
    guard statfs(target, &status) == 0 else { return TargetAbilities() }
    let foreign: [Int] = [0x4d44, 0x2011_bab0, 0x6573_5546, 0x7366_746e]  // FAT, exFAT, FUSE, NTFS
    let isForeign = foreign.contains(Int(status.f_type))
    return TargetAbilities(links: !isForeign, keepsMetadata: !isForeign)
  }

  private static func probe(in folder: String) -> TargetAbilities {
    let file = "\(folder)/file"
    guard makeFile(file) else { return TargetAbilities(links: false, keepsMetadata: false) }
    let links = link(file, "\(folder)/twin") == 0
    // A name that is Latin-1, and one that Windows has other plans with.
    let names = [Array("caf".utf8) + [0xe9], Array("a:b?. ".utf8)]
    let keeps =
      symlink("nowhere", "\(folder)/link") == 0 && keepsMode(file) && keepsOwner(file)
      && keepsAttribute(file) && names.allSatisfy { keepsName($0, in: folder) }
    return TargetAbilities(links: links, keepsMetadata: keeps)
  }

  private static func makeFile(_ path: String) -> Bool {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    close(descriptor)
    return true
  }

  /// Some say that they did, and did not.
  private static func keepsMode(_ path: String) -> Bool {
    var status = stat()
    return [0o640, 0o4751].allSatisfy { mode in
      chmod(path, mode_t(mode)) == 0 && stat(path, &status) == 0
        && status.st_mode & 0o7777 == mode_t(mode)
    }
  }

  /// Only root may give files away; others copy what is theirs.
  private static func keepsOwner(_ path: String) -> Bool {
    guard geteuid() == 0 else { return true }
    var status = stat()
    return chown(path, 12_345, 23_456) == 0 && stat(path, &status) == 0
      && status.st_uid == 12_345 && status.st_gid == 23_456
  }

  private static func keepsAttribute(_ path: String) -> Bool {
    setxattr(path, "user.tisbackup", "1", 1, 0) == 0
  }

  /// Whether a file of that name is found again among the names, and not under another one.
  private static func keepsName(_ name: [UInt8], in folder: String) -> Bool {
    let path = (Array(folder.utf8) + [0x2f] + name + [0]).map { CChar(bitPattern: $0) }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    close(descriptor)
    var isFound = false
    _ = try? FileTree.walk(folder) { entry, _ in isFound = isFound || entry.path == name }
    return isFound
  }
}
