import Glibc
import TISBackupTestSupport
import Testing

@testable import TISBackupCore

@Suite(.scratch) struct DiskLayoutTests {
  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  @Test(arguments: [
    ("/a/b", "/a", "b"), ("/a", "/", "a"), ("a", ".", "a"), ("a/b", "a", "b"), ("/", "/", ""),
    ("", ".", ""), ("/a/b/", "/a/b", ""), ("/a/é b", "/a", "é b"), ("/a/\n", "/a", "\n"),
  ])
  func `a path is its parent and its name`(_ path: String, _ parent: String, _ name: String) {
    #expect(DiskPath.parent(of: path) == parent)
    #expect(DiskPath.name(of: path) == name)
  }

  @Test(arguments: [
    ("/a/", "/a"), ("/a//", "/a"), ("/a", "/a"), ("/", "/"), ("///", "/"), ("", ""),
    ("a/b/", "a/b"),
  ])
  func `slashes at the end of a path are no part of it`(_ path: String, _ trimmed: String) {
    #expect(DiskPath.trimmed(path) == trimmed)
  }

  @Test func `a path that is relative begins in the folder we were started in`() throws {
    #expect(DiskPath.absolute("/a/b") == "/a/b")
    let here = try #require(getcwd(nil, 0))
    defer { free(here) }
    #expect(DiskPath.absolute("a/b") == String(cString: here) + "/a/b")
  }

  @Test func `the catalog and the logs lie where TISBackup had them`() {
    let layout = DiskLayout(base: "/backup/data")
    #expect(layout.catalog == "/backup/data/log/tisbackup.sqlite")
    #expect(
      layout.logFile(at: Instant(seconds: 1_795_457_454), in: .paris)
        == "/backup/data/log/tisbackup_20261123-19h10m54.log")
  }

  @Test(arguments: [
    ([:], "/b/web"), (["backup_dir": ""], "/b/web"), (["backup_dir": "/x/y//"], "/x/y"),
    (["backup_dir": "/x"], "/x"),
  ])
  func `a section has a folder of its name, or the one it asks for`(
    _ values: [String: String], _ folder: String
  ) {
    let section = Section(
      name: "web", values: values.mapValues { Section.Value($0, line: 2) })
    #expect(DiskLayout(base: "/b").folder(of: section) == folder)
  }

  @Test func `a folder is its owner's alone, or the group's where the folder above says so`() throws
  {
    let base = ScratchDirectory.path
    try DiskLayout.makeFolder(base + "/own")
    #expect(mode(base + "/own") == 0o700)
    mkdir(base + "/shared", 0o755)
    chmod(base + "/shared", 0o2750)
    #expect(DiskLayout.sharesWithGroup(base + "/shared"))
    try DiskLayout.makeFolder(base + "/shared/web")
    #expect(mode(base + "/shared/web") == 0o2750)
    #expect(!DiskLayout.sharesWithGroup(base + "/none"))
  }

  @Test func `a folder that is there keeps its rights`() throws {
    let path = ScratchDirectory.path + "/web"
    mkdir(path, 0o755)
    chmod(path, 0o711)
    try DiskLayout.makeFolder(path)
    #expect(mode(path) == 0o711)
  }

  @Test func `nothing is made below a disk that is not mounted, nor over a file`() throws {
    let missing = ScratchDirectory.path + "/none/web"
    let error = #expect(throws: BackupError.self) { try DiskLayout.makeFolder(missing) }
    #expect(error?.code == .storage)
    #expect(error?.message.text == "cannot make the folder '\(missing)': No such file or directory")
    #expect(!DiskLayout.isFolder(ScratchDirectory.path + "/none"))
    let file = ScratchDirectory.path + "/file"
    try SmallFile.write([1], to: file)
    #expect(throws: BackupError.self) { try DiskLayout.makeFolder(file) }
    #expect(try SmallFile.bytes(at: file, limit: 9) == [1])
  }

  @Test func `the names in a folder are sorted, and hidden ones are among them`() throws {
    for name in ["b", ".a", "c\nd", "é"] {
      try SmallFile.write([], to: "\(ScratchDirectory.path)/\(name)")
    }
    #expect(DiskLayout.names(in: ScratchDirectory.path) == [".a", "b", "c\nd", "é"])
    #expect(DiskLayout.names(in: ScratchDirectory.path + "/none") == [])
    #expect(DiskLayout.names(in: ScratchDirectory.path + "/b") == [])
  }
}
