import Foundation
import Monitoring
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("the plan of an export", .scratch)
struct ExportPlanTests {
  private let bench: Bench

  init() throws {
    bench = try Bench()
    try makeFolder("\(ScratchDirectory.path)/target")
  }

  @Test func `takes the newest good backup that is still on disk`() throws {
    try bench.backup(.warning, hours: 1)
    try bench.row(.ok, hours: 2)
    let good = try bench.backup(hours: 3)
    try bench.backup(hours: 4)
    let before = try contents(bench.folder)
    let plan = try bench.export().plan()
    #expect(plan.items.map(\.source) == [good])
    #expect(plan.items.map(\.destination) == ["\(bench.target)/web1/\(Bench.name(hours: 3))"])
    #expect(plan.needed == 5 && plan.left == [])
    #expect(try contents(bench.folder) == before)
  }

  @Test func `finds a backup that was recorded while the disk was mounted elsewhere`() throws {
    try bench.row(.ok, hours: 3, location: "/mnt/old/web1/\(Bench.name(hours: 3))")
    let place = try bench.snapshot(Bench.name(hours: 3))
    #expect(try bench.export().plan().items.map(\.source) == [place])
  }

  @Test func `says which sections have nothing to copy, and why`() throws {
    let bench = try Bench(
      Bench.rsync("never") + Bench.rsync("gone") + Bench.rsync("partial")
        + "[printer]\ntype = null\nserver_name = p\n")
    try bench.row(.ok, hours: 1, of: "gone")
    try bench.backup(.warning, hours: 1, of: "partial")
    let plan = try bench.export().plan()
    #expect(plan.items == [])
    #expect(
      plan.left.map { "\($0.section): \($0.message)" } == [
        "never: no good backup on record", "gone: no good backup left on disk",
        "partial: no good backup on record", "printer: not backed up by design",
      ])
    #expect(plan.left.map(\.state) == [.critical, .critical, .critical, .ok])
  }

  @Test(arguments: [
    (5, nil), (6, nil), (4, "has 4 B free and the export may need 5 B"), (0, "has 0 B free"),
  ])
  func `is refused when the target is too small, to the byte`(_ free: Int64, _ problem: String?)
    throws
  {
    try bench.backup(hours: 1)
    let job = bench.export(free: free)
    guard let problem else {
      #expect(try job.plan().free == free)
      return
    }
    let error = #expect(throws: BackupError.self) { try job.plan() }
    #expect(error?.code == .storage)
    #expect(error?.message.text.contains(problem) == true)
    #expect(error?.hint?.text.contains("--keep") == true)
  }

  @Test func `needs no space for what is on the target already`() throws {
    try bench.backup(hours: 1)
    try makeFolder("\(bench.target)/web1/\(Bench.name(hours: 1))")
    #expect(try bench.export(free: 0).plan().items.map(\.isThere) == [true])
  }

  @Test(arguments: ["missing", "file"])
  func `is refused when the target is no folder, and makes none`(_ name: String) throws {
    try bench.backup(hours: 1)
    try write("x", to: "\(bench.folder)/file")
    let path = "\(bench.folder)/\(name)"
    let error = #expect(throws: BackupError.self) { try bench.export(to: path).plan() }
    #expect(error?.message.text == "'\(path)' is not a folder")
    #expect(!exists("\(bench.folder)/missing"))
  }

  @Test(arguments: ["base", "base/", "base/web1", "base/usb", "link", "link/usb", "apart", "disk"])
  func `is refused when the target lies among the backups, by whatever way`(_ name: String) throws {
    // Section 'web9' keeps its backups apart, in the folder an export to 'disk' would write to.
    let bench = try Bench(
      Bench.rsync("web1")
        + Bench.rsync("web9", "backup_dir = \(ScratchDirectory.path)/disk/web9")
        + Bench.rsync("web8", "backup_dir = \(ScratchDirectory.path)/apart"))
    try bench.backup(hours: 1)
    for path in ["base/usb", "disk/web9", "apart"] { try makeFolder("\(bench.folder)/\(path)") }
    try FileManager.default.createSymbolicLink(
      atPath: "\(bench.folder)/link", withDestinationPath: bench.base)
    let error = #expect(throws: BackupError.self) {
      try bench.export(to: "\(bench.folder)/\(name)").plan()
    }
    #expect(error?.code == .usage)
    #expect(error?.hint?.text == "Export to another disk: a copy beside its original is none.")
  }

  @Test func `is not refused for a name that only begins like the base folder's`() throws {
    try bench.backup(hours: 1)
    try makeFolder("\(bench.base)-usb")
    #expect(try bench.export(to: "\(bench.base)-usb").plan().items.count == 1)
  }

  @Test func `asks the file system of the target for its space`() throws {
    try bench.backup(hours: 1)
    let job = ExportJob(
      bench.configuration, bench.sections, to: bench.target, keep: 1, world: exportWorld())
    #expect(try job.plan().free > 0)
  }
}
