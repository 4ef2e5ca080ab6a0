import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("the disk whose turn it is")
struct DiskChoiceTests {
  static func disk(
    _ device: String, _ label: String?, _ uuid: String? = nil, type: String = "ext4"
  ) -> ExportDisk {
    var disk = ExportDisk(device: "/dev/\(device)", number: "8:1", size: 1)
    (disk.label, disk.uuid, disk.type) = (label, uuid ?? "uuid-\(device)", type)
    return disk
  }

  private func choose(
    _ names: [String], _ disks: [ExportDisk], exported: [String: Int] = [:], held: String? = nil
  ) throws(BackupError) -> String {
    try DiskChoice(
      of: names, among: disks,
      lastExport: { exported[$0.key].map { Instant(seconds: $0) } },
      held: { $0.device == held ? "the backups themselves" : nil }
    ).choose().device
  }

  @Test(arguments: [
    (["a"], "/dev/sdb1"), (["uuid-sdc1"], "/dev/sdc1"), (["UUID-SDC1"], "/dev/sdc1"),
    (["gone", "b"], "/dev/sdc1"), (["a", "uuid-sdb1"], "/dev/sdb1"), (["stick"], "/dev/sdd1"),
  ])
  func `is found by label, by UUID, among those that are not here`(
    _ names: [String], _ device: String
  ) throws {
    let disks = [
      Self.disk("sda1", nil), Self.disk("sdb1", "a"), Self.disk("sdc1", "b"),
      Self.disk("sdd1", "STICK", type: "vfat"),
    ]
    #expect(try choose(names, disks) == device)
  }

  @Test(arguments: [
    ([:], "/dev/sdb1"), (["uuid-sdb1": 5], "/dev/sdc1"),
    (["uuid-sdb1": 5, "uuid-sdc1": 9], "/dev/sdb1"),
    (["uuid-sdb1": 9, "uuid-sdc1": 5], "/dev/sdc1"),
    (["uuid-sdb1": 5, "uuid-sdc1": 5], "/dev/sdb1"),
  ])
  func `of two that are here is the one exported to longest ago, one that never was before all`(
    _ exported: [String: Int], _ device: String
  ) throws {
    let disks = [Self.disk("sdc1", "b"), Self.disk("sdb1", "a")]
    #expect(try choose(["a", "b"], disks, exported: exported) == device)
  }

  @Test func `is missed by all names, with the cure and what is here instead`() {
    let error = #expect(throws: BackupError.self) {
      try choose(["a", "b"], [Self.disk("sdc1", "c"), Self.disk("sdd1", nil, type: "swap")])
    }
    #expect(error?.message.text == "none of the disks 'a', 'b' is plugged in")
    for words in ["Plug one of them in", "mkfs.ext4 -L", "'c' (/dev/sdc1)", "--list-disks"] {
      #expect(error?.hint?.text.contains(words) == true, "\(words)")
    }
    #expect(error?.hint?.text.contains("sdd1") == false)
  }

  @Test func `is none where two file systems have the label: both are named, and how to tell them`()
  {
    let disks = [Self.disk("sdb1", "a"), Self.disk("sdc1", "a")]
    let error = #expect(throws: BackupError.self) { try choose(["a"], disks) }
    #expect(error?.message.text == "2 file systems are called 'a': /dev/sdb1, /dev/sdc1")
    #expect(
      error?.hint?.text.contains("--disk uuid-sdb1 for /dev/sdb1, --disk uuid-sdc1 for /dev/sdc1")
        == true)
    #expect(throws: Never.self) { try choose(["uuid-sdc1"], disks) }
  }

  @Test func `is none where one disk is the copy of another, which no UUID tells apart`() {
    let disks = [Self.disk("sdb1", "a", "same"), Self.disk("sdc1", "a", "same")]
    let error = #expect(throws: BackupError.self) { try choose(["same"], disks) }
    #expect(error?.hint?.text.contains("unplug the one that is not meant") == true)
  }

  @Test func `is never the one that holds the backups`() {
    let disks = [Self.disk("sdb1", "a"), Self.disk("sdc1", "b")]
    let error = #expect(throws: BackupError.self) {
      try choose(["a", "b"], disks, held: "/dev/sdb1")
    }
    #expect(error?.message.text == "the disk 'a' (/dev/sdb1) holds the backups themselves")
  }

  @Test func `that is encrypted has to be opened first, and how is said`() {
    let disks = [Self.disk("sdb1", "a", type: "crypto_LUKS")]
    let error = #expect(throws: BackupError.self) { try choose(["a"], disks) }
    #expect(error?.message.text == "the disk 'a' (/dev/sdb1) is encrypted, and not open")
    #expect(error?.hint?.text.contains("cryptsetup open /dev/sdb1") == true)
  }

  @Test func `has a label that nobody else may write over the screen with`() {
    let error = #expect(throws: BackupError.self) { try choose(["a\u{1b}[2J\nb"], []) }
    #expect(error?.message.text == "no disk 'a[2J b' is plugged in")
  }
}
