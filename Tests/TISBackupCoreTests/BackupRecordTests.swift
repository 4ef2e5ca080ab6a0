import Testing

@testable import TISBackupCore

struct BackupRecordTests {
  @Test(arguments: [
    ("OK", RunStatus.ok), ("Warning", .warning), ("ERROR", .error), ("Running", .running),
    ("ok", .other("ok")), ("", .other("")), ("Error", .other("Error")),
    ("RUNNING", .other("RUNNING")),
  ])
  func `the words of the catalog are taken letter by letter, and kept`(
    _ word: String, _ status: RunStatus
  ) {
    #expect(RunStatus(catalogText: word) == status)
    #expect(status.catalogText == word)
  }

  @Test(arguments: [
    (nil, RecordType.backup, "BACKUP"), ("", .backup, "BACKUP"), ("BACKUP", .backup, "BACKUP"),
    ("EXPORT", .export, "EXPORT"), ("CLEAN", .clean, "CLEAN"),
    ("backup", .other("backup"), "backup"),
  ])
  func `a type that is empty or missing is a backup, and is never written empty`(
    _ word: String?, _ type: RecordType, _ written: String
  ) {
    #expect(RecordType(catalogText: word) == type)
    #expect(type.catalogText == written)
  }

  @Test func `only a backup that ended OK is good`() {
    let statuses: [RunStatus] = [.ok, .warning, .error, .running, .other("OK ")]
    let types: [RecordType] = [.backup, .export, .clean, .other("")]
    for status in statuses {
      for type in types {
        var record = BackupRecord(section: "web", start: Instant(seconds: 0), status: status)
        record.type = type
        #expect(record.isGood == (status == .ok && type == .backup))
      }
    }
  }

  @Test func `a duration is whole seconds, never negative, and none while it runs`() {
    var record = BackupRecord(section: "web", start: Instant(seconds: 100), status: .ok)
    #expect(record.duration == nil)
    record.end = Instant(seconds: 160)
    #expect(record.duration == 60)
    record.end = Instant(seconds: 40)
    #expect(record.duration == 0)
    record.status = .running
    #expect(record.duration == nil)
  }

  @Test(arguments: [
    (RunStatus.running, true, false, true), (.running, true, true, false),
    (.running, false, false, false), (.ok, true, false, false), (.error, true, false, false),
    (.other("running"), true, false, false),
  ])
  func `a run is dead when it claims to run and its writer, if known, is gone`(
    _ status: RunStatus, hasWriter: Bool, isAlive: Bool, isDead: Bool
  ) {
    var record = BackupRecord(section: "web", start: Instant(seconds: 0), status: status)
    let writer = ProcessIdentity(pid: 7, bootID: "b", startTicks: 9)
    record.writer = hasWriter ? writer : nil
    let dead = record.isDead { asked in
      #expect(asked == writer)
      return isAlive
    }
    #expect(dead == isDead)
  }

  @Test func `this process lives, and no other of its number`() {
    let me = ProcessIdentity.current()
    #expect(me.isAlive && me.startTicks > 0 && me.bootID.utf8.count == 36)
    var other = me
    other.startTicks += 1
    #expect(!other.isAlive, "the number was used again")
    other = me
    other.bootID = "00000000-0000-0000-0000-000000000000"
    #expect(!other.isAlive, "the machine has started again")
    other = me
    other.pid = .max
    #expect(!other.isAlive, "there is no such process")
  }

  @Test func `an error is its message and its hint, on two lines or on one`() {
    let error = BackupError(.locked, "the catalog is held", hint: "Try again.")
    #expect(error.description == "the catalog is held\nHINT: Try again.")
    #expect(error.oneLine == "the catalog is held; Try again.")
    let bare = BackupError(.usage, .init("no section 'x'"))
    #expect(bare.description == "no section 'x'" && bare.oneLine == bare.description)
  }

  @Test func `the numbers of errors are for ever`() {
    let codes: [BackupError.Code] = [
      .usage, .configuration, .catalog, .locked, .driver, .partial, .storage, .transport,
      .interrupted, .unproven,
    ]
    #expect(codes.map(\.rawValue) == [1, 10, 11, 12, 13, 14, 15, 16, 17, 18])
  }
}
