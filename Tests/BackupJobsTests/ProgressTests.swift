import BackupDrivers
import OutsideWorld
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("what a run tells of itself while it is at work", .scratch)
struct ProgressTests {
  private let folder = ScratchDirectory.path
  private let transcript = Transcript([])

  private func report(isShown: Bool = true) -> (ProgressReport, Clock) {
    let clock = Clock()
    var world = transcript.world()
    world.ticks = { clock.now }
    return (ProgressReport("web1", in: folder, world, isShown: isShown), clock)
  }

  /// A clock that a test moves.
  private final class Clock: Sendable {
    private let begun = ContinuousClock.now
    private let elapsed = Mutex(Duration.zero)
    var now: ContinuousClock.Instant { begun + elapsed.withLock { $0 } }
    func move(_ seconds: Double) { elapsed.withLock { $0 += .seconds(seconds) } }
  }

  private static func progress(_ bytes: Int64, _ subject: String? = nil) -> BackupProgress {
    var progress = BackupProgress(subject: subject, bytes: bytes)
    (progress.files, progress.totalFiles, progress.percent) = (25, 74, 34)
    return progress
  }

  private func file() throws -> ProgressFile { try #require(ProgressFile.read(in: folder)) }

  @Test func `is in a file for others, and gone when it ends`() throws {
    let (report, _) = self.report()
    report.enter("copies")
    let file = try file()
    #expect(file.phase == "copies" && file.pid == 4711 && file.bytes == nil)
    #expect(file.updated == "2023-11-14T22:13:20.000000+00:00")
    report.finish()
    #expect(ProgressFile.read(in: folder) == nil)
    #expect(names(folder) == [])
  }

  @Test func `has what the driver knows, and how fast it comes`() throws {
    let (report, clock) = self.report()
    report.enter("copies")
    report.take(Self.progress(1 << 20))
    clock.move(2)
    report.take(Self.progress(11 << 20))
    let file = try file()
    #expect(file.bytes == 11 << 20 && file.rate == 5 << 20)
    #expect(file.text == "copies: 11 MiB (34%), 25 of 74 files, 5 MiB/s")
    #expect(
      transcript.notes.last
        == Note(
          .info, "web1", "copies: 11 MiB (34%), 25 of 74 files, 5 MiB/s, 2s", isProgress: true))
  }

  @Test func `is written once a second at most, and shown whenever it comes`() throws {
    let (report, clock) = self.report()
    report.enter("copies")
    clock.move(0.5)
    report.take(Self.progress(5))
    #expect(try file().bytes == nil)
    #expect(transcript.notes.last?.text.hasPrefix("copies: 5 B") == true)
    clock.move(0.5)
    report.take(Self.progress(6))
    #expect(try file().bytes == 6)
  }

  @Test func `begins a new count with each database`() throws {
    let (report, clock) = self.report()
    report.enter("copies")
    for (bytes, subject) in [(100, "a"), (1_000_000, "a"), (10, "b"), (20, "b")] {
      clock.move(1)
      report.take(BackupProgress(subject: subject, bytes: Int64(bytes)))
    }
    #expect(try file().subject == "b" && file().rate == 10)
    #expect(try file().text == "copies b: 20 B, 10 B/s")
  }

  @Test func `tells at once that it waits, and that it goes on`() throws {
    let (report, _) = self.report()
    report.enter("copies")
    var waiting = BackupProgress(bytes: 0)
    waiting.phase = "waits 30s to try again"
    report.take(waiting)
    #expect(try file().text == "waits 30s to try again")
    report.take(Self.progress(7))
    #expect(try file().text == "copies: 7 B (34%), 25 of 74 files")
  }

  @Test func `moves its time along though nothing comes`() {
    let (report, clock) = self.report()
    report.enter("syncs")
    clock.move(65)
    report.refresh()
    #expect(transcript.notes.last?.text == "syncs, 1m 5s")
  }

  @Test func `is not shown where nobody looks, but others may ask`() throws {
    let (report, _) = self.report(isShown: false)
    report.enter("copies")
    report.take(Self.progress(1))
    report.refresh()
    report.finish()
    #expect(transcript.notes == [])
  }

  @Test(arguments: ["", "{", "[]", "{\"pid\": \"x\"}", "\u{0}"])
  func `of a file that nobody can read is nothing`(_ text: String) throws {
    try write(text, to: "\(folder)/.progress")
    #expect(ProgressFile.read(in: folder) == nil)
  }

  @Test func `is no reason to fail where it cannot be written`() {
    let world = transcript.world()
    let report = ProgressReport("web1", in: "\(folder)/none", world, isShown: false)
    report.enter("copies")
    report.take(Self.progress(1))
    report.finish()
  }
}
