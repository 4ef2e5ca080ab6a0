import BackupDrivers
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// A copy is repeated without what an end of it lacks, and only then.
struct RsyncRetryTests {
  private static let acls = Finished(1, errors: "rsync: ACLs are not supported on this server\n")
  private static let xattrs = Finished(
    4, errors: "rsync: extended attributes are not supported on this client\n")

  @Test func `what an end lacks is left out, one after the other, and told`() async throws {
    let driver = try RsyncSSH(.rsyncSSH())
    let whole = driver.preview(into: .first)[0].redacted
    let transcript = Transcript([
      (whole, Self.acls), (whole.replacing(" -A ", with: " "), Self.xattrs),
      (whole.replacing(" -A -X ", with: " "), Finished(0, statistics)),
    ])
    let outcome = try await driver.backUp(into: .first, using: transcript.world())
    #expect(outcome.status == .ok)
    #expect(outcome.log.hasSuffix("\nwithout -A -X"))
    #expect(
      transcript.notes.filter { $0.level == .warning }.map(\.text) == [
        "an end lacks rsync -A: copied without it", "an end lacks rsync -X: copied without it",
      ])
    #expect(transcript.notes.count { $0.level == .debug } == 3)
    transcript.expectFinished()
  }

  @Test func `an end that still complains ends the run instead of asking for ever`() async throws {
    let driver = try Rsync(.rsync())
    let whole = driver.preview(into: .first)[0].redacted
    let transcript = Transcript([
      (whole, Self.acls), (whole.replacing(" -A ", with: " "), Self.acls),
    ])
    let error = await #expect(throws: BackupError.self) {
      try await driver.backUp(into: .first, using: transcript.world())
    }
    #expect(error?.message.text.contains("rsync exit 1, it refused its options") == true)
    transcript.expectFinished()
  }

  @Test func `a copy that succeeded is not repeated, whatever was said meanwhile`() async throws {
    let driver = try Rsync(.rsync())
    let transcript = Transcript([
      (driver.preview(into: .first)[0].redacted, Finished(0, statistics, errors: Self.acls.errors))
    ])
    #expect(try await driver.backUp(into: .first, using: transcript.world()).status == .ok)
    transcript.expectFinished()
  }

  @Test func `what a program cannot be started with is passed on as it is`() async throws {
    let driver = try Rsync(.rsync())
    let world = World(
      now: { Instant(seconds: 0) }, zone: .utc, writer: .scripted, isAlive: { _ in true },
      run: { (_, _) async throws(BackupError) in throw BackupError(.interrupted, "ended") },
      say: { _ in })
    let error = await #expect(throws: BackupError.self) {
      try await driver.backUp(into: .first, using: world)
    }
    #expect(error == BackupError(.interrupted, "ended"))
  }
}
