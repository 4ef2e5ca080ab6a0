import BackupJobs
import Foundation
import Glibc
import TISBackupTestSupport
import Testing

@Suite("what can be looked at in a backup", .scratch) struct StoredItemTests {
  private var root: String { "\(ScratchDirectory.path)/backup" }

  private func open(_ names: String...) throws(StoredItem.Problem) -> StoredItem {
    try StoredItem(root: root, path: names.map { Array($0.utf8) })
  }

  @Test func `is its files and folders, byte by byte`() throws {
    makeTree(["sub/", "sub/deep/", "sub/z"], at: root)
    try write("content", to: "\(root)/sub/deep/file")
    let file = try open("sub", "deep", "file")
    #expect(file.kind == .file && file.size == 7)
    #expect(file.read(100, from: 3) == Array("tent".utf8) && file.read(9, from: 7) == [])
    #expect(try open().kind == .folder)
    let listing = try FolderListing(open("sub"), limit: 10)
    #expect(listing.names.map { String(decoding: $0.bytes, as: UTF8.self) } == ["deep", "z"])
    #expect(listing.names.map(\.kind) == [.folder, .file])
    #expect(try FolderListing(open("sub"), limit: 1).count == 2)
    // Read twice, a folder tells the same.
    let folder = try open("sub")
    #expect(try FolderListing(folder, limit: 10).count == 2)
    #expect(try FolderListing(folder, limit: 10).count == 2)
  }

  @Test func `is never what a link leads to, wherever it stands`() throws {
    makeTree(["in/", "in/f"], at: root)
    makeTree(["secret"], at: "\(ScratchDirectory.path)/outside")
    symlink("../outside", "\(root)/folder")
    symlink("../outside/secret", "\(root)/file")
    symlink("in", "\(root)/inner")
    for path in [["folder"], ["folder", "secret"], ["file"], ["inner"], ["inner", "f"]] {
      let names = path.map { Array($0.utf8) }
      #expect(throws: StoredItem.Problem.self) { _ = try StoredItem(root: root, path: names) }
    }
    let kinds = try FolderListing(open(), limit: 10).names.map(\.kind)
    #expect(kinds == [.folder, .link, .link, .link])
    symlink(root, "\(ScratchDirectory.path)/link")
    #expect(throws: StoredItem.Problem.link) {
      _ = try StoredItem(root: "\(ScratchDirectory.path)/link", path: [])
    }
  }

  @Test func `is neither a pipe nor a device, and nobody waits for one`() throws {
    makeTree([], at: root)
    mkfifo("\(root)/pipe", 0o600)
    mknod("\(root)/null", S_IFCHR | 0o600, 0x103)
    for name in ["pipe", "null"] {
      #expect(throws: StoredItem.Problem.special) { _ = try open(name) }
    }
    #expect(throws: StoredItem.Problem.missing) { _ = try open("none") }
    #expect(throws: StoredItem.Problem.missing) { _ = try open("pipe", "x") }
  }
}
