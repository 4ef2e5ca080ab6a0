import BackupDrivers
import BackupProofs
import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("the folder of a section", .scratch)
struct SnapshotStoreTests {
  private let bench: Bench
  private let store: SnapshotStore
  private let transcript = Transcript([])
  private var folder: String { "\(bench.base)/web1" }
  private var partial: String { "\(folder)/\(Bench.date).partial" }

  init() throws {
    bench = try Bench()
    store = try SnapshotStore(bench, transcript: transcript)
    try makeFolder("\(bench.base)/web1")
  }

  private func begun() throws -> RunKey {
    try bench.catalog(.write).begin(
      .backup, section: "web1", server: "", description: "", at: Bench.now, by: .scripted)
  }

  @Test func `a first run gets a new folder, for its owner alone`() throws {
    #expect(try store.preparePartial(Bench.date) == partial)
    let attributes = try FileManager.default.attributesOfItem(atPath: partial)
    #expect(attributes[.posixPermissions] as? Int == 0o700)
    #expect(names(folder) == ["\(Bench.date).partial"])
    #expect(transcript.notes == [])
  }

  @Test(arguments: [
    (["20231113-01h00m00.partial"], "20231113-01h00m00.partial", []),
    (["20231113-01h00m00.rsync"], "20231113-01h00m00.rsync", []),
    (["20231113-01h00m00.partial", "20231114-01h00m00.partial"], "20231114-01h00m00.partial", []),
    (
      ["20231112-01h00m00.partial", "20231113-01h00m00.partial", "20231114-01h00m00.rsync"],
      "20231114-01h00m00.rsync", []
    ),
    (
      ["20231112-01h00m00.rsync", "20231113-01h00m00.partial"], "20231113-01h00m00.partial",
      ["20231112-01h00m00.rsync"]
    ),
    // The clock went backwards, or a run of this very second was stopped.
    (["20240101-01h00m00.partial"], "20240101-01h00m00.partial", []),
    (
      ["20231114-22h13m20.partial", "20240101-01h00m00.partial"], "20240101-01h00m00.partial", []
    ),
    (["20231114-22h13m20.partial"], "20231114-22h13m20.partial", []),
  ])
  func `the newest unfinished folder is taken up, and no other of ours is kept`(
    _ left: [String], _ taken: String, _ kept: [String]
  ) throws {
    for name in left { try bench.snapshot(name) }
    try makeFolder("\(folder)/.trash-\(left[0])/of an earlier stop")
    #expect(try store.preparePartial(Bench.date) == partial)
    #expect(try text("\(partial)/file") == "data of \(taken)\n")
    #expect(names(folder).filter { !$0.hasPrefix(".trash-") } == (kept + ["\(Bench.date).partial"]))
    #expect(transcript.notes.map(\.text) == ["takes up the unfinished '\(taken)'"])
  }

  @Test(arguments: [
    "notes.partial", "20231345-01h00m00.partial", "20231113-01h00m00.partial.old", "x.rsync",
    "20231113-01h00m00", "20231113-25h00m00.rsync", "a-20231113-01h00m00.partial",
  ])
  func `what only looks like unfinished work is left alone`(_ name: String) throws {
    try bench.snapshot(name)
    #expect(try store.preparePartial(Bench.date) == partial)
    #expect(names(partial) == [])
    #expect(try text("\(folder)/\(name)/file") == "data of \(name)\n")
  }

  @Test func `a file shared with an older backup is taken out before the work goes on`() throws {
    let older = try bench.snapshot("20231113-01h00m00")
    let left = try bench.snapshot("20231114-01h00m00.partial")
    try FileManager.default.linkItem(atPath: "\(older)/file", toPath: "\(left)/shared")
    try FileManager.default.linkItem(atPath: "\(older)/file", toPath: "\(left)/shared too")
    try FileManager.default.linkItem(atPath: "\(left)/file", toPath: "\(left)/twin")
    _ = try store.preparePartial(Bench.date)
    #expect(names(partial) == ["file", "twin"])
    #expect(try inode("\(partial)/file") == inode("\(partial)/twin"))
    #expect(try text("\(older)/file") == "data of 20231113-01h00m00\n")
  }

  @Test func `an unfinished folder that is a link is never written through`() throws {
    let outside = "\(bench.folder)/outside"
    try makeFolder(outside)
    try write("precious\n", to: "\(outside)/file")
    try FileManager.default.linkItem(atPath: "\(outside)/file", toPath: "\(outside)/twin")
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder)/20231114-01h00m00.partial", withDestinationPath: outside)
    #expect(throws: BackupError.self) { try store.preparePartial(Bench.date) }
    #expect(names(outside) == ["file", "twin"])
  }

  @Test func `an unfinished folder that holds nothing is dropped, any other is kept`() throws {
    let driver = try BackupDrivers.make(store.section)
    let key = try begun()
    _ = try store.preparePartial(Bench.date)
    store.dropUselessPartial(of: key, driver)
    #expect(names(folder) == [])
    try bench.snapshot("\(Bench.date).partial")
    store.dropUselessPartial(of: key, driver)
    #expect(names(folder) == ["\(Bench.date).partial"])
  }

  @Test func `a start whose name is taken moves on by seconds`() throws {
    let driver = try BackupDrivers.make(store.section)
    #expect(store.freeStart(Bench.now, for: driver) == Bench.now)
    try bench.snapshot(Bench.date)
    try bench.snapshot("20231114-22h13m21")
    #expect(store.freeStart(Bench.now, for: driver) == Bench.now.adding(seconds: 2))
    try bench.snapshot("20231114-22h13m22.incomplete")
    #expect(store.freeStart(Bench.now, for: driver) == Bench.now.adding(seconds: 3))
  }

  @Test func `promotion gives the backup its name, and its receipt tells what it is`() throws {
    let key = try begun()
    _ = try store.preparePartial(Bench.date)
    var outcome = Outcome(.warning, log: "some vanished")
    outcome.bytes = 5
    #expect(try store.promote(Bench.date, key, outcome) == "\(folder)/\(Bench.date)")
    #expect(names(folder) == [".\(Bench.date).json", Bench.date])
    let receipt = try #require(RunReceipt.read(forBackup: "\(folder)/\(Bench.date)"))
    #expect(receipt.outcome == outcome)
    #expect(receipt.start == "2023-11-14T22:13:20.000000+00:00")
  }

  @Test func `a manifest is that of the finished backup, and belongs to nothing before`()
    async throws
  {
    let key = try begun()
    try write("data\n", to: try store.preparePartial(Bench.date) + "/file")
    try await store.recordManifest(Bench.date, links: LinkTargets())
    #expect(names(folder) == [".\(Bench.date).manifest", "\(Bench.date).partial"])
    let place = try store.promote(Bench.date, key, Outcome(.ok))
    #expect(try await FileManifest.compare(place, sample: 100, day: 0).isClean)
  }

  @Test func `a promotion that fails leaves no receipt behind`() throws {
    let key = try begun()
    let error = #expect(throws: BackupError.self) {
      try store.promote(Bench.date, key, Outcome(.ok))
    }
    #expect(error?.message.text.contains("cannot rename") == true)
    #expect(names(folder) == [])
  }
}
