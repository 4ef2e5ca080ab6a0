import BackupChecks
import Foundation
import Monitoring
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Places that answer, and places that do not until the test ends.
struct DiskSurveyTests {
  private static let mounts = MountTable(
    parsing: """
      1 0 8:1 / / rw - ext4 /dev/sda1 rw
      2 1 8:2 / /backup rw - ext4 /dev/sdb1 rw
      3 1 0:44 / /mnt/dead rw - nfs4 nas:/export rw
      4 1 0:45 / /mnt/slow rw - nfs4 old:/export rw
      """)

  private func record(_ path: String) -> BackupRecord {
    .run(.ok, ended: 60) { $0.location = path }
  }

  private func survey(
    _ milliseconds: Int?, look: @escaping @Sendable (String) -> LocationState,
    readSpace: @escaping @Sendable (String) -> DiskSurvey.SpaceReading = { _ in
      .success(.sample)
    }
  ) -> DiskSurvey {
    DiskSurvey(
      deadline: milliseconds.map { .now + .milliseconds($0) }, mounts: Self.mounts,
      look: { look($0.location ?? "") }, readSpace: readSpace)
  }

  @Test(arguments: [0, 1, 2, 500])
  func `what was found comes in the order asked`(_ count: Int) {
    let paths = (0..<count).map { "/backup/\($0)" }
    let found = survey(nil) { .missing($0) }.look(at: paths.map(record))
    #expect(found.locations == paths.map { .missing($0) })
    #expect(found.space == nil && found.spaceProblem == "")
  }

  @Test func `a dead file system costs its own places, and is named`() {
    let gate = Gate()
    defer { gate.open() }
    let paths = ["/mnt/dead/a", "/backup/b", "/mnt/dead/c", "/backup/d", "/elsewhere"]
    let found = survey(600) { path in
      if path.hasPrefix("/mnt/dead") { gate.wait() }
      return .present
    }.look(at: paths.map(record), spaceOf: "/backup")
    #expect(
      found.locations == [
        .hung("/mnt/dead/a", mount: "/mnt/dead (nfs4 from nas:/export)", waited: "0s"), .present,
        .hung("/mnt/dead/c", mount: "/mnt/dead (nfs4 from nas:/export)", waited: "0s"), .present,
        .present,
      ])
    #expect(found.space == .sample)
  }

  @Test func `a link into a dead file system does not hold up its neighbours`() {
    let gate = Gate()
    defer { gate.open() }
    let paths = ["/backup/link"] + (0..<50).map { "/backup/\($0)" }
    let found = survey(20_000) { path in
      if path == "/backup/link" { gate.wait() }
      if path == "/backup/49" { gate.open() }
      return .present
    }.look(at: paths.map(record))
    #expect(found.locations == paths.map { _ in .present })
  }

  @Test func `threads do not pile up behind a dead file system`() {
    let gate = Gate()
    defer { gate.open() }
    let visits = Atomic<Int>(0)
    let found = survey(3000) { _ in
      visits.add(1, ordering: .relaxed)
      gate.wait()
      return .present
    }.look(at: (0..<200).map { record("/mnt/dead/\($0)") })
    #expect(found.locations.count == 200)
    #expect(!found.locations.contains(.present))
    #expect((2...8).contains(visits.load(ordering: .relaxed)))
  }

  @Test func `space that nobody tells is said with the reason`() {
    let gate = Gate()
    defer { gate.open() }
    let slow = survey(300, look: { _ in .present }) { _ in
      gate.wait()
      return .success(.sample)
    }
    #expect(
      slow.look(at: [], spaceOf: "/mnt/slow/x").spaceProblem
        == "/mnt/slow (nfs4 from old:/export) did not answer within 0s")
    let gone = DiskSurvey(mounts: Self.mounts).look(at: [], spaceOf: "/no/such/folder")
    #expect(gone.space == nil)
    #expect(gone.spaceProblem.contains("cannot read the free space of '/no/such/folder'"))
  }

  @Test func `a hung place is UNKNOWN, with whom to ask`() {
    let facts = SectionFacts.web1([.run(.ok, ended: 60)]) {
      $0.location = .hung("/mnt/dead/a", mount: "/mnt/dead (nfs4 from nas:/export)", waited: "6s")
    }
    let finding = Location().evaluate(facts)
    #expect(finding.state == .unknown)
    #expect(
      finding.text
        == "looking at /mnt/dead/a did not come back within 6s: is /mnt/dead (nfs4 from nas:/export)"
        + " alive? See dmesg, or use --no-location-check")
  }

  @Test func `the space of a real file system is that of df`() async throws {
    let space = try #require(FileSystemSpace(path: "/"))
    let df = try await program(["df", "--output=size,ipcent,pcent", "-B1", "/"]).stdout
    let fields = df.split(separator: "\n")[1].split(separator: " ")
    #expect(Int64(fields[0]) == space.totalBytes)
    let used = try #require(Int(fields[2].dropLast()))
    // df rounds up, and other tests write meanwhile.
    #expect(abs(100 - (space.percentFree ?? -1) - Double(used)) <= 2)
    let inodes = try #require(Int(fields[1].dropLast()))
    #expect(abs(100 - (space.percentInodesFree ?? -1) - Double(inodes)) <= 2)
  }
}

/// Holds whoever waits until somebody opens it.
private final class Gate: Sendable {
  private let isOpen = Atomic<Bool>(false)

  func wait() { while !isOpen.load(ordering: .acquiring) { usleep(2000) } }

  func open() { isOpen.store(true, ordering: .releasing) }
}

extension FileSystemSpace {
  static let sample = FileSystemSpace(
    totalBytes: 1000, availableBytes: 100, freeBytes: 200, totalInodes: 50, freeInodes: 10)
}
