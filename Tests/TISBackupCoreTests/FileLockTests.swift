import Glibc
import TISBackupTestSupport
import Testing

@testable import TISBackupCore

@Suite(.scratch) struct FileLockTests {
  private var path: String { ScratchDirectory.path + "/.lock" }

  @Test func `a lock is held once, and free again when its holder lets go`() throws {
    var lock = try FileLock(path: path)
    #expect(lock != nil)
    #expect(try FileLock(path: path) == nil)
    lock = nil
    #expect(try FileLock(path: path) != nil)
  }

  @Test func `the lock of one section does not hold another`() throws {
    let one = try FileLock(path: path)
    let other = try FileLock(path: path + "-2")
    #expect(one != nil && other != nil)
  }

  @Test func `another program sees the lock`() async throws {
    let lock = try #require(try FileLock(path: path))
    #expect(try await program(["flock", "-n", path, "true"]).status == 1)
    withExtendedLifetime(lock) {}
  }

  @Test func `another program that ends, however it ends, leaves the lock free`() async throws {
    let killed = try await program(["flock", "-n", path, "sh", "-c", "kill -9 $PPID; kill -9 $$"])
    #expect(killed.status != 0)
    #expect(try FileLock(path: path) != nil)
  }

  @Test func `a lock file is its owner's alone, keeps its content and is not handed to programs`()
    throws
  {
    try SmallFile.write(Array("pid=1".utf8), to: path)
    let lock = try #require(try FileLock(path: path))
    #expect(fcntl(lock.descriptor, F_GETFD) & FD_CLOEXEC != 0)
    #expect(try SmallFile.text(at: path, limit: 100) == "pid=1")
    let fresh = try #require(try FileLock(path: path + "-2"))
    var status = stat()
    #expect(fstat(fresh.descriptor, &status) == 0 && status.st_mode & 0o7777 == 0o600)
  }

  @Test func `a lock that cannot be made is an error, not a lock that is taken`() {
    let target = ScratchDirectory.path + "/elsewhere"
    symlink(target, path)
    for wrong in [path, ScratchDirectory.path, ScratchDirectory.path + "/none/.lock"] {
      let error = #expect(throws: BackupError.self) { try FileLock(path: wrong) }
      #expect(error?.code == .storage)
      #expect(error?.message.text.hasPrefix("cannot lock '\(wrong)': ") == true)
    }
    #expect(access(target, F_OK) != 0)
  }

  @Test func `readers share what nobody may claim meanwhile, folders and files`() throws {
    let file = path + "-file"
    try SmallFile.write([], to: file)
    for place in [ScratchDirectory.path, file] {
      var readers = [try FileLock(sharing: place), try FileLock(sharing: place)]
      #expect(readers.allSatisfy { $0 != nil })
      #expect(try FileLock(claiming: place) == nil)
      readers = []
      let claim = try FileLock(claiming: place)
      #expect(claim != nil)
      #expect(try FileLock(sharing: place) == nil)
      #expect(try FileLock(claiming: place) == nil)
      withExtendedLifetime(claim) {}
    }
  }

  @Test func `what is not there, or a link, is neither shared nor claimed nor made`() {
    symlink(ScratchDirectory.path, path)
    for place in [path, path + "-none"] {
      #expect(throws: BackupError.self) { try FileLock(sharing: place) }
      #expect(throws: BackupError.self) { try FileLock(claiming: place) }
    }
    #expect(access(path + "-none", F_OK) != 0)
  }
}
