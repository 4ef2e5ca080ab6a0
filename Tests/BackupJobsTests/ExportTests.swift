import Foundation
import OutsideWorld
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("an export", .scratch)
struct ExportTests {
  private let bench: Bench
  private var copies: String { "\(bench.target)/web1" }

  init() throws {
    bench = try Bench()
    try makeFolder("\(ScratchDirectory.path)/target")
  }

  @Test func `is copied, proven, named and recorded`() async throws {
    try bench.backup(hours: 1)
    let name = Bench.name(hours: 1)
    let results = try await bench.exported()
    #expect(results.map(\.kind) == [.ok])
    #expect(results[0].message == "\(name): 1 file proven by SHA-256")
    #expect(
      names(bench.target)
        == [".tisbackup.lock", "MANIFEST.sha256", "RESTORE.txt", "tisbackup.sqlite", "web1"])
    #expect(names(copies) == [name])
    #expect(try await bench.provenFiles() == 1)
    let row = try await bench.sqlite(
      """
      SELECT status, TYPE, backup_location, total_bytes, backup_start FROM stats
        WHERE TYPE<>'BACKUP'
      """)
    #expect(row == ["OK|EXPORT|\(copies)/\(name)/|5|2023-11-14T22:13:20.000000+00:00"])
    let there = try await bench.sqlite(
      "SELECT count(*) FROM stats", in: "\(bench.target)/tisbackup.sqlite")
    #expect(there == ["2"])
  }

  @Test func `tells how far it is, to a terminal and to whoever asks`() async throws {
    try bench.backup(hours: 1)
    let log = "\(bench.base)/log"
    let asked = Mutex<[ProgressFile?]>([])
    let shown = Mutex<[String]>([])
    var world = exportWorld { _ in
      asked.withLock { $0.append(ProgressFile.read(in: log, by: ProcessIdentity.scripted.pid)) }
      #expect(ProgressFile.read(in: log, by: nil) == nil)
    }
    world.say = { note in if note.isProgress { shown.withLock { $0.append(note.text) } } }
    var job = bench.export(world: world)
    job.showsProgress = true
    #expect(try await job.perform(job.plan()).map(\.kind) == [.ok])
    #expect(asked.withLock { $0.map { $0?.phase } } == ["copies"])
    let lines = shown.withLock(\.self)
    #expect(lines.first == "reads the backup, 0s" && lines.last == "")
    #expect(lines.contains { $0.hasPrefix("copies: ") && $0.contains("(100%), 2 of 2 files") })
    #expect(lines.contains("proves the copy, 0s"), "\(lines)")
    #expect(!names(log).contains(".progress"))
  }

  @Test func `keeps links, modes and times, and names of every kind`() async throws {
    let place = try bench.backup(hours: 1)
    let manager = FileManager.default
    let odd = ["-rf", "a b", "new\nline", "back\\slash", "carriage\rreturn", "é", "'\"$(x)`", "*"]
    for name in odd { try write(name, to: "\(place)/\(name)") }
    let latin = Array("\(place)/caf".utf8CString.dropLast()) + [CChar(bitPattern: 0xe9), 0]
    let descriptor = creat(latin, 0o640)
    close(descriptor)
    try #require(descriptor >= 0)
    try makeFolder("\(place)/empty/folder")
    try manager.linkItem(atPath: "\(place)/file", toPath: "\(place)/twin")
    try manager.createSymbolicLink(atPath: "\(place)/link", withDestinationPath: "/nowhere")
    try chmod("\(place)/a b", 0o440)
    try manager.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: "\(place)/file")
    #expect(try await bench.exported().map(\.kind) == [.ok])
    // The file, its twin, and all odd ones.
    #expect(try await bench.provenFiles() == odd.count + 3)
    let copy = "\(copies)/\(Bench.name(hours: 1))"
    #expect(try inode("\(copy)/file") == inode("\(copy)/twin"))
    #expect(try manager.destinationOfSymbolicLink(atPath: "\(copy)/link") == "/nowhere")
    #expect(exists("\(copy)/empty/folder"))
    let attributes = try manager.attributesOfItem(atPath: "\(copy)/file")
    #expect(attributes[.modificationDate] as? Date == Date(timeIntervalSince1970: 1e9))
    let mode = try manager.attributesOfItem(atPath: "\(copy)/a b")[.posixPermissions] as? Int
    #expect(mode == 0o440)
  }

  @Test func `of a file puts it into the folder of its generation`() async throws {
    let bench = try Bench(
      "[vm1]\ntype = xen-xva\nserver_name = s\nxcphost = x\npassword_file = /etc/xen.pw\n")
    try makeFolder("\(bench.base)/vm1")
    let name = "vm1-\(Bench.name(hours: 1)).xva"
    let place = try write("disk", to: "\(bench.base)/vm1/\(name)")
    try write("not asked for", to: "\(bench.base)/vm1/other")
    try bench.row(.ok, hours: 1, of: "vm1", location: place)
    #expect(try await bench.exported().map(\.kind) == [.ok])
    #expect(names("\(bench.target)/vm1/\(Bench.name(hours: 1))") == [name])
    #expect(try await bench.provenFiles() == 1)
  }

  @Test func `again is proven again, and copied no more`() async throws {
    try bench.backup(hours: 1)
    try await bench.exported()
    let world = exportWorld { #expect($0.program != "rsync") }
    let result = try await bench.exported(world: world)[0]
    #expect(result.message.hasSuffix("1 file proven by SHA-256, was there already"))
    #expect(try await bench.provenFiles() == 1)
  }

  @Test(arguments: [(0, 1), (1, 1), (2, 2), (9, 3)])
  func `keeps so many generations, and its manifest names just them`(_ keep: Int, _ left: Int)
    async throws
  {
    for hours in [30, 20, 10] {
      try bench.backup(hours: hours)
      #expect(try await bench.exported(keep: keep).map(\.kind) == [.ok])
      try await bench.provenFiles()
    }
    #expect(names(copies) == [30, 20, 10].suffix(left).map(Bench.name))
    #expect(try await bench.provenFiles() == left)
  }

  @Test func `never removes what it has just copied, though newer ones are there`() async throws {
    try bench.backup(hours: 20)
    let newer = try bench.backup(hours: 10)
    try await bench.exported()
    try FileManager.default.removeItem(atPath: newer)
    #expect(try await bench.exported().map(\.kind) == [.ok])
    #expect(names(copies) == [20, 10].map(Bench.name))
    #expect(try await bench.provenFiles() == 2)
  }

  @Test func `of many sections has one manifest for all of them`() async throws {
    let bench = try Bench(Bench.rsync("web1") + Bench.rsync("web2"))
    for section in ["web1", "web2"] { try bench.backup(hours: 2, of: section) }
    try await bench.exported()
    #expect(try await bench.provenFiles() == 2)
    // One of them alone, later: the lines of the other stay as they are.
    try bench.backup(hours: 1, of: "web2")
    var job = bench.export()
    job.sections = [bench.sections[1]]
    #expect(try await job.perform(job.plan()).map(\.kind) == [.ok])
    #expect(try await bench.provenFiles() == 2)
  }

  @Test func `shares unchanged files with the generation before`() async throws {
    let first = try bench.backup(hours: 2)
    try await bench.exported(keep: 2)
    let second = try bench.backup(hours: 1)
    try FileManager.default.removeItem(atPath: "\(second)/file")
    try FileManager.default.linkItem(atPath: "\(first)/file", toPath: "\(second)/file")
    try await bench.exported(keep: 2)
    let copies = names(copies).map { "\(self.copies)/\($0)/file" }
    #expect(copies.count == 2)
    #expect(try inode(copies[0]) == inode(copies[1]))
    #expect(try await bench.provenFiles() == 2)
  }
}
