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
    // The file, its folder and that of the section, in blocks of one byte.
    let size = Int64(try text("\(good)/file").utf8.count)
    #expect(plan.items[0].needs == CopyNeeds(bytes: size + 2, inodes: 3))
    #expect(plan.left == [])
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

  @Test(arguments: [0, -1])
  func `is refused when the target is too small, to the byte and to the inode`(_ missing: Int64)
    throws
  {
    try bench.backup(hours: 1)
    let needed = try bench.export().plan().needed
    let spaces = [
      TargetSpace(bytes: needed.bytes + missing),
      TargetSpace(bytes: .max, inodes: needed.inodes + missing),
    ]
    for (free, words) in zip(
      spaces,
      [
        "has \(ByteCount(spaces[0].bytes)) free and the export may need \(ByteCount(needed.bytes))",
        "has room for \(needed.inodes + missing) more names and the export may need \(needed.inodes)",
      ])
    {
      let job = bench.export(free: free)
      guard missing < 0 else {
        #expect(try job.plan().free == free)
        continue
      }
      let error = #expect(throws: BackupError.self) { try job.plan() }
      #expect(error?.code == .storage)
      #expect(error?.message.text.contains(words) == true, "\(error?.message.text ?? "")")
      #expect(error?.hint?.text.contains("Nothing was written") == true)
    }
    #expect(names(bench.target) == [])
  }

  @Test func `needs little for what is linked to the newest generation`() async throws {
    let first = try bench.backup(hours: 2)
    try await bench.exported(keep: 2)
    let second = try bench.backup(hours: 1)
    try FileManager.default.removeItem(atPath: "\(second)/file")
    try FileManager.default.linkItem(atPath: "\(first)/file", toPath: "\(second)/file")
    #expect(try bench.export().plan().items.map(\.needs) == [CopyNeeds(bytes: 2, inodes: 2)])
  }

  @Test func `needs no space for what is on the target already`() throws {
    try bench.backup(hours: 1)
    try makeFolder("\(bench.target)/web1/\(Bench.name(hours: 1))")
    let plan = try bench.export().plan()
    #expect(plan.items.map(\.isThere) == [true])
    #expect(plan.needed == plan.paperwork)
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
    #expect(try job.plan().free.bytes > 0)
  }
}
