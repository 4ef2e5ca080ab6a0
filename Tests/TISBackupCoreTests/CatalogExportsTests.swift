import TISBackupTestSupport
import Testing

@testable import TISBackupCore

@Suite("what the catalog knows of the places that took exports", .scratch)
struct CatalogExportsTests {
  private let disk = ExportPlace(disk: "ab-12", label: "offsite-a")

  @Test func `is nothing at first, and in a catalog of the old program`() async throws {
    _ = try Catalog.writable()
    #expect(try Catalog.readable().exportTargets() == [])
    try await sqlite3("drop table export_targets; drop table export_copies")
    #expect(try Catalog.readable().exportTargets() == [])
    // The next writer makes them.
    try Catalog.writable().recordCopy(of: "web", begun: evening, on: disk, at: evening)
    #expect(try Catalog.readable().exportTargets().count == 1)
  }

  @Test func `is the newest copy of each section, how old its backup is and when it was copied`()
    throws
  {
    let catalog = try Catalog.writable()
    for (section, hours) in [("web", 1), ("db", 2), ("web", 5)] {
      let copied = evening.adding(seconds: hours * 3600)
      try catalog.recordCopy(of: section, begun: evening, on: disk, at: copied)
    }
    let target = try #require(try Catalog.readable().exportTargets().first)
    #expect(target.place == disk)
    #expect(target.copies.map(\.section) == ["db", "web"])
    #expect(target.copies.map(\.backup) == [evening, evening])
    #expect(target.lastExport == evening.adding(seconds: 5 * 3600))
    #expect(target.proof == nil)
  }

  @Test func `is apart for each place, a folder among them`() throws {
    let catalog = try Catalog.writable()
    let folder = ExportPlace(folder: "/mnt/usb")
    for place in [disk, ExportPlace(disk: "cd-34", label: "offsite-a"), folder] {
      try catalog.recordCopy(of: "web", begun: evening, on: place, at: evening)
    }
    let targets = try Catalog.readable().exportTargets()
    #expect(targets.map(\.place.key) == ["/mnt/usb", "ab-12", "cd-34"])
    #expect(targets.map(\.place.isDisk) == [false, true, true])
    #expect(targets.map(\.place.name) == ["/mnt/usb", "offsite-a", "offsite-a"])
  }

  @Test func `is the label a disk had last`() throws {
    let catalog = try Catalog.writable()
    for label in ["old", nil, "new"] as [String?] {
      let place = ExportPlace(disk: "ab-12", label: label)
      try catalog.recordCopy(of: "web", begun: evening, on: place, at: evening)
      #expect(try Catalog.readable().exportTargets().map(\.place) == [place])
    }
  }

  @Test(arguments: [true, false])
  func `is what reading it back came to`(_ isGood: Bool) throws {
    let proof = ProofOutcome(time: evening, isGood: isGood, log: "'a' is missing")
    let catalog = try Catalog.writable()
    try catalog.record(ProofOutcome(time: evening, isGood: !isGood, log: "before"), of: disk)
    try catalog.record(proof, of: disk)
    #expect(try Catalog.readable().exportTargets().map(\.proof) == [proof])
    // An export says nothing of what else is on the disk.
    try catalog.recordCopy(of: "web", begun: evening, on: disk, at: evening)
    #expect(try Catalog.readable().exportTargets().map(\.proof) == [proof])
  }

  @Test func `is rather older than younger where a time cannot be read`() async throws {
    let catalog = try Catalog.writable()
    try catalog.recordCopy(of: "web", begun: evening, on: disk, at: evening)
    try await sqlite3("update export_copies set backup_start='soon'")
    #expect(try Catalog.readable().exportTargets().map(\.copies) == [[]])
  }

  @Test func `is what another catalog knows, where that is newer`() throws {
    let catalog = try Catalog.writable()
    func copy(_ section: String, _ hours: Int) -> ExportTarget.Copy {
      let time = evening.adding(seconds: hours * 3600)
      return ExportTarget.Copy(section: section, backup: time, exported: time)
    }
    func target(_ copies: [ExportTarget.Copy], _ proof: Int?) -> ExportTarget {
      var target = ExportTarget(disk)
      target.copies = copies
      target.proof = proof.map {
        ProofOutcome(time: evening.adding(seconds: $0), isGood: true, log: "\($0)")
      }
      return target
    }
    try catalog.takeOver([target([copy("db", 2), copy("web", 2)], nil)])
    try catalog.takeOver([target([copy("db", 1), copy("web", 3)], 7)])
    try catalog.takeOver([target([], 5)])
    let now = try #require(try catalog.exportTargets().first)
    #expect(now.copies == [copy("db", 2), copy("web", 3)])
    #expect(now.proof?.log == "7")
  }
}
