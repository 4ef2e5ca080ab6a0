import Glibc
import TISBackupTestSupport
import Testing

@testable import TISBackupCore

@Suite(.scratch) struct SmallFileTests {
  private var path: String { ScratchDirectory.path + "/file" }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 1_000_000])
  func `what was written is read back, whatever its size`(_ count: Int) throws {
    var random = SeededGenerator(seed: 61)
    let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    try SmallFile.write(bytes, to: path)
    #expect(try SmallFile.bytes(at: path, limit: .max) == bytes)
    #expect(try SmallFile.bytes(at: path, limit: 70_000) == Array(bytes.prefix(70_000)))
    #expect(try SmallFile.bytes(at: path, limit: 0) == [])
    #expect(mode(path) == 0o600)
  }

  @Test func `text that is not UTF-8 is read with what is wrong replaced`() throws {
    try SmallFile.write([0x61, 0xff, 0x62], to: path)
    #expect(try SmallFile.text(at: path, limit: 10) == "a\u{fffd}b")
  }

  @Test func `a file is replaced whole, with the rights it is asked for, and nothing beside it`()
    throws
  {
    try SmallFile.write(Array("a longer text".utf8), to: path, mode: 0o640)
    try SmallFile.write(Array("short".utf8), to: path, mode: 0o600)
    #expect(try SmallFile.text(at: path, limit: 100) == "short")
    #expect(mode(path) == 0o600)
    #expect(DiskLayout.names(in: ScratchDirectory.path) == ["file"])
  }

  @Test func `what a crash left beside a file does no harm`() throws {
    try SmallFile.write(Array("half".utf8), to: path + ".new", mode: 0o444)
    try SmallFile.write(Array("whole".utf8), to: path)
    #expect(try SmallFile.text(at: path, limit: 100) == "whole")
    #expect(DiskLayout.names(in: ScratchDirectory.path) == ["file"])
  }

  @Test func `no symbolic link leads a write elsewhere`() throws {
    let victim = ScratchDirectory.path + "/victim"
    try SmallFile.write(Array("safe".utf8), to: victim)
    symlink("victim", path)
    symlink("victim", path + ".new")
    try SmallFile.write(Array("new".utf8), to: path)
    #expect(try SmallFile.text(at: victim, limit: 100) == "safe")
    #expect(try SmallFile.text(at: path, limit: 100) == "new")
  }

  @Test func `a failed write leaves the old file, and says why`() throws {
    mkdir(path, 0o755)
    close(creat(path + "/inside", 0o644))
    let error = #expect(throws: BackupError.self) { try SmallFile.write([1], to: path) }
    #expect(error?.code == .storage)
    #expect(error?.message.text == "cannot write '\(path)': Is a directory")
    #expect(DiskLayout.names(in: ScratchDirectory.path) == ["file"])
    #expect(DiskLayout.names(in: path) == ["inside"])
  }

  @Test func `a file that cannot be read or made says why`() {
    let missing = ScratchDirectory.path + "/none/file"
    let read = #expect(throws: BackupError.self) { try SmallFile.bytes(at: missing, limit: 1) }
    #expect(read?.message.text == "cannot read '\(missing)': No such file or directory")
    let write = #expect(throws: BackupError.self) { try SmallFile.write([], to: missing) }
    #expect(write?.message.text == "cannot create '\(missing).new': No such file or directory")
    let folder = #expect(throws: BackupError.self) {
      try SmallFile.bytes(at: ScratchDirectory.path, limit: 1)
    }
    #expect(folder?.message.text.hasSuffix(": Is a directory") == true)
    #expect(throws: BackupError.self) { try SmallFile.syncFileSystem(of: missing) }
  }

  @Test(arguments: [
    (EACCES, "Run as root, or as the user who owns that path."),
    (EPERM, "Run as root, or as the user who owns that path."),
    (ENOSPC, "Free space there, or run tisbackup-cleanup."),
    (EDQUOT, "Free space there, or run tisbackup-cleanup."),
    (EROFS, "The file system is mounted read-only; see dmesg for the reason."), (ENOENT, nil),
    (EIO, nil),
  ])
  func `what the kernel refused comes with what to do, where something can be done`(
    _ code: Int32, _ hint: String?
  ) {
    let error = BackupError.system("cannot do it", errno: code)
    #expect(error.code == .storage && error.hint?.text == hint)
    #expect(error.message.text == "cannot do it: \(String(cString: strerror(code)))")
  }

  @Test func `a scratch file is ours alone and goes with its owner`() throws {
    var scratch: ScratchFile? = try ScratchFile()
    let path = try #require(scratch?.path)
    #expect(mode(path) == 0o600)
    #expect(try SmallFile.bytes(at: path, limit: 1) == [])
    let other = try ScratchFile()
    #expect(other.path != path)
    scratch = nil
    #expect(access(path, F_OK) != 0)
    #expect(access(other.path, F_OK) == 0)
  }

  @Test func `a file without a name can be written and read, and no program inherits it`() throws {
    let descriptor = try ScratchFile.nameless()
    defer { close(descriptor) }
    var status = stat()
    #expect(fstat(descriptor, &status) == 0 && status.st_nlink == 0)
    #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
    #expect(write(descriptor, "abc", 3) == 3 && lseek(descriptor, 0, SEEK_SET) == 0)
    var bytes = [UInt8](repeating: 0, count: 9)
    #expect(read(descriptor, &bytes, 9) == 3 && bytes.prefix(3) == Array("abc".utf8)[...])
  }

  @Test func `the temporary folder is the one that the administrator chose`() async {
    let folder = ScratchDirectory.path
    await #expect(processExitsWith: .success) { [folder = folder as String] in
      setenv("TMPDIR", folder, 1)
      let scratch = try ScratchFile()
      #expect(DiskPath.parent(of: scratch.path) == folder)
      setenv("TMPDIR", folder + "/none", 1)
      let error = #expect(throws: BackupError.self) { try ScratchFile() }
      #expect(error?.message.text.hasPrefix("cannot make a file in '\(folder)/none': ") == true)
    }
  }
}
