import BackupDrivers
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// What an end of rsync makes of a backup.
struct RsyncJudgementTests {
  private static let denied =
    "rsync: [sender] send_files failed to open \"/a\" (in data): Permission denied (13)\n"
  private static let full =
    "rsync: [receiver] mkstemp \"/b/.a.Xy\" failed: No space left on device (28)\n"
  private static let vanished = "file has vanished: \"/a\" (in data)\n"
  private static let alone = statistics.replacing(
    "Number of files: 5 (reg: 3, dir: 2)", with: "Number of files: 1 (dir: 1)")

  @Test(arguments: [
    ("", 0, "", RunStatus.ok), ("", 0, denied, .ok), ("", 24, vanished, .ok),
    ("vanished_files = warning", 24, vanished, .warning),
    ("vanished_files = OK", 24, vanished, .ok), ("", 23, denied, .warning),
    ("partial_transfer = ok", 23, denied, .ok),
    ("partial_transfer = Warning", 23, denied, .warning),
    ("vanished_files = error", 23, vanished + denied, .warning),
  ])
  func `a run that has something to show is judged as its section says`(
    _ lines: String, _ exit: Int32, _ errors: String, _ status: RunStatus
  ) async throws {
    let outcome = try await judge(lines, Finished(exit, statistics, errors: errors))
    #expect(outcome.status == status)
    #expect(outcome.files == 5)
    #expect(outcome.writtenFiles == 3)
    #expect(outcome.bytes == 10_008)
    #expect(outcome.writtenBytes == 8008)
    #expect(outcome.transferredBytes == 9008)
    #expect(outcome.location == nil)
  }

  @Test(arguments: [
    ("vanished_files = error", 24, statistics, vanished),
    ("partial_transfer = error", 23, statistics, denied),
    // Our own disk is full: whatever the section tolerates, most is missing.
    ("partial_transfer = ok", 23, statistics, full),
    ("partial_transfer = ok", 23, statistics, denied + full),
    // Only the folder itself arrived.
    ("partial_transfer = ok", 23, alone, denied), ("vanished_files = ok", 24, alone, vanished),
    ("", 10, "", ""), ("", 12, statistics, ""), ("", 30, statistics, ""), ("", 35, "", ""),
    ("", 255, "", ""), ("", 1, "", ""), ("", 5, "", ""), ("", 11, statistics, ""),
    ("", 13, statistics, ""), ("", 20, statistics, ""), ("", 25, statistics, ""), ("", 127, "", ""),
  ])
  func `everything else is no backup at all`(
    _ lines: String, _ exit: Int32, _ output: String, _ errors: String
  ) async throws {
    let error = await #expect(throws: BackupError.self) {
      try await judge(lines, Finished(exit, output, errors: errors))
    }
    #expect(error?.message.text.hasPrefix("section [web1]: rsync exit \(exit), ") == true)
  }

  @Test(arguments: [
    ("partial_transfer = error", 23, statistics, denied, "some files could not be copied"),
    ("", 23, statistics, full, "the disk of this server says 'No space left on device"),
    ("vanished_files = error", 24, statistics, vanished, "files vanished while they were copied"),
  ])
  func `what is refused by the section's own word is not told as if nothing had come`(
    _ lines: String, _ exit: Int32, _ output: String, _ errors: String, _ meaning: String
  ) async throws {
    let error = await #expect(throws: BackupError.self) {
      try await judge(lines, Finished(exit, output, errors: errors))
    }
    #expect(error?.message.text.hasPrefix("section [web1]: rsync exit \(exit), \(meaning)") == true)
  }

  @Test(arguments: [Finished.End.signaled(9), .signaled(15), .timedOut(.program(60))])
  func `a run that was ended is no backup, whatever it had copied`(_ end: Finished.End) async {
    await #expect(throws: BackupError.self) { try await judge("", Finished(end, statistics)) }
  }

  @Test(arguments: [0, 23, 24] as [Int32])
  func `a run without its figures is no backup, for nobody knows what was copied`(_ exit: Int32)
    async throws
  {
    let error = await #expect(throws: BackupError.self) {
      try await judge("", Finished(exit, "Number of files: 5\n"))
    }
    #expect(
      error?.message.text.contains("section [web1]: rsync ended without its statistics") == true)
    #expect(error?.hint != nil)
  }

  @Test func `an empty folder on the other side is a backup`() async throws {
    #expect(try await judge("", Finished(0, Self.alone)).status == .ok)
  }

  @Test func `the log tells the figures, then the files by name`() async throws {
    let partial = try await judge("", Finished(23, statistics, errors: Self.denied))
    #expect(
      partial.log == """
        backup@web1.example.com::data/srv/: 5 files, 9.8 KiB; 3 new or changed, 7.8 KiB new data
        1 could not be copied (rsync exit 23):
        rsync: [sender] send_files failed to open "/a" (in data): Permission denied (13)
        """)
    let gone = try await judge("", Finished(24, statistics, errors: Self.vanished + Self.vanished))
    #expect(
      gone.log.hasSuffix(
        """

        2 vanished while they were copied (rsync exit 24):
        file has vanished: "/a" (in data)
        file has vanished: "/a" (in data)
        """))
  }

  private func judge(_ lines: String, _ finished: Finished) async throws -> Outcome {
    let driver = try Rsync(.rsync(lines))
    let command = driver.preview(into: .first)[0].redacted
    let transcript = Transcript([(command, finished)])
    defer { transcript.expectFinished() }
    return try await driver.backUp(into: .first, using: transcript.world())
  }
}
