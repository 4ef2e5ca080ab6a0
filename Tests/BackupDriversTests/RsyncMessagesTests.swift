import BackupDrivers
import Testing

struct RsyncMessagesTests {
  @Test func `lines about files, vanished ones and the rest are kept apart`() {
    let messages = RsyncMessages(
      """
      Welcome to the backup module
      rsync: [sender] send_files failed to open "/a" (in data): Permission denied (13)
      file has vanished: "/b" (in data)
      directory has vanished: "/c" (in data)
      symlink has no referent: "/d"
      IO error encountered -- skipping file deletion
      cannot delete non-empty directory: e
      rsync error: some files/attrs were not transferred (code 23) at main.c(1) [generator=3.5.0]

      """)
    #expect(
      messages.complaints == [
        "rsync: [sender] send_files failed to open \"/a\" (in data): Permission denied (13)",
        "symlink has no referent: \"/d\"", "IO error encountered -- skipping file deletion",
        "cannot delete non-empty directory: e",
      ])
    #expect(
      messages.vanished == [
        "file has vanished: \"/b\" (in data)", "directory has vanished: \"/c\" (in data)",
      ])
  }

  @Test(arguments: [
    ("rsync: [receiver] mkstemp \"/b/.x\" failed: No space left on device (28)", true),
    ("rsync: [generator] recv_generator: mkdir \"/b\" failed: Disk quota exceeded (122)", true),
    ("rsync: [receiver] write failed on \"/b/x\": Input/output error (5)", true),
    ("rsync: [Receiver] mkdir \"/b\" failed: Read-only file system (30)", true),
    ("rsync: [generator] link \"/b/x\" => y failed: Too many links (31)", true),
    ("rsync: mkstemp \"/b/.x\" failed: No space left on device (28)", true),
    ("rsync: [sender] read errors mapping \"/x\": Input/output error (5)", false),
    ("rsync: read errors mapping \"/x\": Input/output error (5)", false),
    ("rsync: [sender] send_files failed to open \"/x\": Permission denied (13)", false),
    ("", false),
    // Names are the other side's: they must not decide whose disk is in trouble.
    ("rsync: [receiver] mkstemp \"/b/.[sender].x\" failed: No space left on device (28)", true),
    ("rsync: [sender] open \"/No space left on device\": Permission denied (13)", false),
  ])
  func `trouble of this server's disk is told from that of the other side`(
    _ line: String, _ isLocal: Bool
  ) {
    #expect((RsyncMessages(line + "\n").localTrouble != nil) == isLocal)
  }

  @Test(arguments: [
    ("rsync: ACLs are not supported on this client\nrsync error: syntax", "-A"),
    ("rsync: ACLs are not supported on this server", "-A"),
    ("rsync: extended attributes are not supported on this client", "-X"),
    ("rsync: xattrs are not supported on this server", "-X"),
    ("rsync: hard links are fine", nil), ("", nil),
  ])
  func `a feature that an end lacks is named by its option`(_ text: String, _ option: String?) {
    #expect(RsyncMessages(text).missingFeature == option)
  }

  @Test(arguments: [
    (0, 0, ""), (1, 1, ""), (10, 10, ""), (11, 10, "(1 more)"), (99, 10, "(89 more)"),
  ])
  func `a log quotes ten lines and counts the rest`(_ count: Int, _ shown: Int, _ last: String) {
    let lines = (0..<count).map { "line \($0)"[...] }
    let quoted = RsyncMessages.quote(lines).split(separator: "\n")
    #expect(quoted.count { $0.hasPrefix("line") } == shown)
    #expect((quoted.last.map(String.init) ?? "").hasPrefix(last))
    #expect(quoted.count == shown + (last.isEmpty ? 0 : 1))
  }
}
