import Foundation
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("the folder of a section whose backups are files", .scratch)
struct FileStoreTests {
  private let bench: Bench
  private let store: SnapshotStore
  private let transcript = Transcript([])
  private var folder: String { "\(bench.base)/switch1" }
  private static let name = "switch1-\(Bench.date).txt"

  init() throws {
    bench = try Bench(
      "[switch1]\ntype = switch\nserver_name = switch1\nswitch_ip = 192.0.2.7\nswitch_type = CISCO")
    let section = try #require(bench.sections.first)
    store = SnapshotStore(
      section: section, folder: "\(bench.base)/switch1", world: transcript.world())
    try makeFolder("\(bench.base)/switch1")
  }

  /// A row of a backup that is a file, and the file.
  @discardableResult
  private func backup(_ status: RunStatus, hours: Int) throws -> String {
    let place = "\(folder)/switch1-\(Bench.name(hours: hours)).txt"
    try bench.row(status, hours: hours, of: "switch1", location: place)
    return try write("hostname switch1\n", to: place)
  }

  @Test func `the work of a run is a file that is not there yet`() throws {
    #expect(try store.preparePartial(Self.name) == "\(folder)/\(Self.name).partial")
    #expect(names(folder) == [])
  }

  @Test func `half a file of an earlier run is removed, and nothing else`() throws {
    let kept = [
      "switch1-20231113-01h00m00.txt", "switch2-20231113-01h00m00.txt.partial", "notes.partial",
      "switch1-20231113-01h00m00.partial",
    ]
    for name in kept + ["switch1-20231113-01h00m00.txt.partial"] {
      try write("half", to: "\(folder)/\(name)")
    }
    _ = try store.preparePartial(Self.name)
    #expect(names(folder) == kept.sorted())
  }

  @Test func `half a file that is a link to another is removed, not written through`() throws {
    let other = try write("precious", to: "\(bench.folder)/other")
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder)/switch1-20231113-01h00m00.txt.partial", withDestinationPath: other)
    _ = try store.preparePartial(Self.name)
    #expect(names(folder) == [])
    #expect(try text(other) == "precious")
  }

  @Test func `an unchanged file is that of the newest good backup, never of a doubtful one`() throws
  {
    #expect(try store.linkTargets(in: bench.catalog(.write)).paths == [])
    try backup(.ok, hours: 72)
    let good = try backup(.ok, hours: 48)
    try backup(.warning, hours: 24)
    try bench.row(.ok, hours: 1, of: "switch1", location: "\(folder)/gone.txt")
    #expect(try store.linkTargets(in: bench.catalog()).paths == [good])
  }

  @Test func `a folder is no backup of a switch`() throws {
    let place = try backup(.ok, hours: 48)
    try FileManager.default.removeItem(atPath: place)
    try makeFolder(place)
    #expect(try store.linkTargets(in: bench.catalog()).paths == [])
  }
}
