import BackupChecks
import Foundation
import Glibc
import TISBackupCore
import TISBackupTestSupport
import Testing

/// What is really on the disk, for every kind of thing that can be there.
@Suite(.scratch)
struct LocationStateTests {
  private let folder = ScratchDirectory.path
  private let manager = FileManager.default

  @Test func `a folder is present, however old it is`() throws {
    let path = "\(folder)/20200101-00h00m00"
    try manager.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(
      LocationState.look(for: record(path, start: Instant(seconds: .max / 2_000_000))) == .present)
  }

  @Test(arguments: [(0, true), (3600, true), (3601, false), (86_400, false)])
  func `a file must not be an hour older than the run that wrote it`(
    _ seconds: Int, _ isPresent: Bool
  ) throws {
    let path = try write("dump\n", to: "\(folder)/db-20261124-01h02m03.sql.gz")
    var status = stat()
    try #require(stat(path, &status) == 0)
    let start = Instant(seconds: status.st_ctim.tv_sec + seconds)
    #expect(
      LocationState.look(for: record(path, start: start))
        == (isPresent ? .present : .olderThanRun(path)))
  }

  @Test func `a file that only claims to be new is still found out`() throws {
    let path = try write("dump\n", to: "\(folder)/db.sql.gz")
    try manager.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 4e9)], ofItemAtPath: path)
    let start = Instant(seconds: 3_999_999_000)
    #expect(LocationState.look(for: record(path, start: start)) == .olderThanRun(path))
  }

  @Test(arguments: ["nothing", "nothing/below/it", "file/below", "dangling", "dangling/below", ""])
  func `what is not there is missing, also behind a link that leads nowhere`(_ name: String) throws
  {
    try write("x\n", to: "\(folder)/file")
    try manager.createSymbolicLink(
      atPath: "\(folder)/dangling", withDestinationPath: "\(folder)/unmounted")
    let path = name.isEmpty ? "\(folder)-unmounted/web1/x" : "\(folder)/\(name)"
    #expect(LocationState.look(for: record(path)) == .missing(path))
  }

  @Test func `a link to a folder is present, and so is what is neither file nor folder`() throws {
    try manager.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: folder)
    try #require(mkfifo("\(folder)/pipe", 0o600) == 0)
    #expect(LocationState.look(for: record("\(folder)/link")) == .present)
    #expect(LocationState.look(for: record("\(folder)/pipe")) == .present)
  }

  @Test func `what the system does not let us see is hidden, with its reason`() throws {
    let loop = "\(folder)/loop"
    try manager.createSymbolicLink(atPath: loop, withDestinationPath: loop)
    #expect(
      LocationState.look(for: record(loop))
        == .hidden(loop, reason: "Too many levels of symbolic links"))
    let long = "\(folder)/" + String(repeating: "x", count: 300)
    #expect(LocationState.look(for: record(long)) == .hidden(long, reason: "File name too long"))
  }

  @Test func `a record without a place was never looked for`() {
    #expect(LocationState.look(for: record(nil)) == .notRecorded)
  }

  private func record(_ path: String?, start: Instant = .noon) -> BackupRecord {
    var record = BackupRecord(section: "web1", start: start, status: .ok)
    record.location = path
    return record
  }
}
