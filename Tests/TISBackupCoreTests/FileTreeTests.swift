import Foundation
import Glibc
import TISBackupTestSupport
import Testing

@testable import TISBackupCore

@Suite(.scratch) struct FileTreeTests {
  private var root: String { ScratchDirectory.path + "/root" }

  private func make(_ names: [String], at folder: String? = nil) {
    makeTree(names, at: folder ?? root)
  }

  private func write(_ text: String, to path: String) throws {
    try SmallFile.write(Array(text.utf8), to: path)
  }

  private func visits() throws -> [String] {
    var visits: [String] = []
    try FileTree.walk(root) { (entry, visit) throws(BackupError) in
      visits.append("\(visit) \(String(decoding: entry.path, as: UTF8.self))")
    }
    return visits
  }

  @Test func `a walk enters a folder before its contents and leaves it after them`() throws {
    make(["a/", "a/b/", "a/b/f"])
    #expect(try visits() == ["enter a", "enter a/b", "enter a/b/f", "leave a/b", "leave a"])
  }

  @Test func `a symbolic link is a name like any other, wherever it leads`() throws {
    make(["f"])
    for target in ["../outside", "..", ".", "/none", "loop", "nowhere"] {
      symlink(target, "\(root)/to-\(target.replacing("/", with: "_"))")
    }
    symlink("loop", root + "/loop")
    #expect(try visits().count == 8)
  }

  @Test func `a root that is a symbolic link is not followed`() throws {
    make(["f"], at: ScratchDirectory.path + "/outside")
    symlink("outside", root)
    #expect(throws: BackupError.self) { try visits() }
  }

  @Test func `names are bytes: newlines, blanks, dashes and what is not UTF-8`() throws {
    make([])
    let names: [[UInt8]] = [
      [0x0a], [0x20], Array("-rf".utf8), [0xff, 0xfe], [0xe9], Array("a\u{301}".utf8),
      Array("…".utf8), Array("*".utf8), Array("..a".utf8), [0x01, 0x7f],
      [UInt8](repeating: 0x78, count: 255),
    ]
    for name in names {
      let path = (Array(root.utf8) + [0x2f] + name + [0]).map { CChar(bitPattern: $0) }
      close(creat(path, 0o644))
    }
    var seen: [[UInt8]] = []
    try FileTree.walk(root) { (entry, _) throws(BackupError) in seen.append(entry.path) }
    #expect(Set(seen) == Set(names) && seen.count == names.count)
    #expect(DiskLayout.names(in: root).count == names.count - 2)
  }

  @Test func `names that are also linked from outside are taken out, and only those`() throws {
    make([])
    make([], at: ScratchDirectory.path + "/older")
    let older = ScratchDirectory.path + "/older"
    for name in ["shared", "twice", "alone"] { try write(name, to: "\(older)/\(name)") }
    link(older + "/shared", root + "/shared")
    link(older + "/twice", root + "/twice-1")
    link(older + "/twice", root + "/twice-2")
    try write("mine", to: root + "/mine")
    link(root + "/mine", root + "/mine-too")
    try write("single", to: root + "/single")
    #expect(try FileTree.unlinkShared(root) == 3)
    #expect(DiskLayout.names(in: root) == ["mine", "mine-too", "single"])
    #expect(DiskLayout.names(in: older) == ["alone", "shared", "twice"])
    #expect(try FileTree.unlinkShared(root) == 0)
  }

  @Test func `an empty folder is one that holds nothing at all`() throws {
    make([])
    #expect(try FileTree.isEmpty(root))
    make([".hidden"])
    #expect(try !FileTree.isEmpty(root))
    #expect(throws: BackupError.self) { try FileTree.isEmpty(root + "/.hidden") }
    #expect(throws: BackupError.self) { try FileTree.isEmpty(root + "/none") }
  }

  @Test func `what a visit throws ends the walk, and no descriptor stays open`() throws {
    make(["a/", "a/b/", "a/b/f"])
    #expect(throws: BackupError(.interrupted, "enough")) {
      try FileTree.walk(root) { (entry, _) throws(BackupError) in
        if entry.isFile { throw BackupError(.interrupted, "enough") }
      }
    }
    // Other tests of this process open files too, but none below this folder.
    let open = DiskLayout.names(in: "/proc/self/fd").compactMap { name in
      try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
    }
    #expect(open.filter { $0.hasPrefix(root) } == [])
  }
}
