import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("what lsblk and blkid say of disks")
struct BlockDevicesTests {
  private func list(_ entries: String) throws -> [ExportDisk] {
    try BlockDevices.parse(#"{"blockdevices": [\#(entries)]}"#)
  }

  @Test func `is read as it stands, children and all, each device once`() throws {
    let disks = try list(
      #"""
      {"path":"/dev/sdb", "maj:min":"8:16", "type":"disk", "label":null, "uuid":null, "fstype":null,
       "size":4000, "ro":false, "model":"USB 3.0",
       "children":[{"path":"/dev/sdb1", "maj:min":"8:17", "label":"offsite-a", "uuid":"ab-12",
         "fstype":"ext4", "size":3999, "ro":true, "model":null}]},
      {"path":"/dev/sdb1", "maj:min":"8:17", "label":"again", "size":3999}
      """#)
    #expect(disks.map(\.device) == ["/dev/sdb", "/dev/sdb1"])
    #expect(disks.map(\.model) == ["USB 3.0", nil])
    let part = disks[1]
    #expect(part.label == "offsite-a" && part.uuid == "ab-12" && part.type == "ext4")
    #expect(part.size == 3999 && part.isReadOnly && part.number == "8:17")
    #expect(part.hasFileSystem && !disks[0].hasFileSystem)
  }

  @Test func `may be numbers and flags as older releases write them, as text`() throws {
    let disk = try list(#"{"path":"/dev/sdb1", "size":"4000", "ro":"1", "maj:min":"8:17"}"#)[0]
    #expect(disk.size == 4000 && disk.isReadOnly)
  }

  @Test(arguments: [
    #"{"path":"/dev/loop3", "size":0}"#, #"{"path":"/dev/loop3"}"#, #"{"size":5}"#,
    #"{"path":"/etc/passwd", "size":5}"#, #"{"path":"-o", "size":5}"#,
    #"{"path":"/dev/x\ny", "size":5}"#, #"{"path":"/dev/x y", "size":5}"#,
    #"{"path":"/dev/../etc/x", "size":5}"#, #"{"path":"/dev/x", "size":"much"}"#,
    #"{"path":"/dev/x", "size":-5}"#,
  ])
  func `is passed over where it is no disk`(_ entry: String) throws {
    #expect(try list(entry) == [])
  }

  @Test(arguments: [
    "", "{}", "[]", "lsblk: failed", #"{"blockdevices": 5}"#, "{\"blockdevices\": [",
  ])
  func `that is no list is told, with the cure`(_ text: String) {
    let error = #expect(throws: BackupError.self) { try BlockDevices.parse(text) }
    #expect(error?.hint?.text.contains("-x DIR") == true)
  }

  @Test(arguments: [
    ("offsite-a", "offsite-a"), (#"my\x20disk"#, "my disk"), (#"a\x22b\x27\x20ü"#, "a\"b' ü"),
    (#"two\x0alines"#, "two\nlines"), (#"a\x5cb"#, #"a\b"#), (#"\x41"#, "A"), ("", nil),
    (#"odd\x4"#, #"odd\x4"#), (#"odd\xzz"#, #"odd\xzz"#), ("a=b", "a=b"),
  ])
  func `has labels of every kind, which blkid escapes`(_ text: String, _ label: String?) {
    var disk = ExportDisk(device: "/dev/sdb1", number: "8:17", size: 1)
    BlockDevices.add(
      "ID_FS_LABEL=wrong\nID_FS_LABEL_ENC=\(text)\nID_FS_UUID_ENC=ab-12\nID_FS_TYPE=ext4\nnoise\n",
      to: &disk)
    #expect(disk.label == label)
    #expect(disk.uuid == "ab-12" && disk.type == "ext4")
  }

  @Test(arguments: [
    ("../../etc", nil), ("a/b", nil), ("", nil), ("ab cd", nil),
    ("aacd1c82-71ea-4d01-8b46-277ba032604a", "aacd1c82-71ea-4d01-8b46-277ba032604a"),
    (String(repeating: "a", count: 65), nil),
  ])
  func `is a UUID only where it may name a folder`(_ text: String, _ uuid: String?) throws {
    #expect(
      try list(#"{"path":"/dev/x", "size":1, "uuid":"\#(text)"}"#).map(\.uuid) == [uuid])
    var disk = ExportDisk(device: "/dev/x", number: "8:1", size: 1)
    BlockDevices.add("ID_FS_UUID_ENC=\(text)", to: &disk)
    #expect(disk.uuid == uuid)
  }

  @Test(arguments: [
    ("ext4", true), ("exfat", true), ("ntfs", true), ("LVM2_member", false),
    ("linux_raid_member", false), ("swap", false), ("crypto_LUKS", false), ("iso9660", false),
  ])
  func `is a file system or a part of something larger`(_ type: String, _ isOne: Bool) {
    var disk = ExportDisk(device: "/dev/x", number: "8:1", size: 1)
    disk.type = type
    #expect(disk.hasFileSystem == isOne)
  }

  @Test func `is shown on one line, whatever the label`() {
    var disk = ExportDisk(device: "/dev/x", number: "8:1", size: 1)
    disk.label = "a\n\u{1b}[31mb"
    #expect(disk.shown == "'a [31mb' (/dev/x)")
  }
}
