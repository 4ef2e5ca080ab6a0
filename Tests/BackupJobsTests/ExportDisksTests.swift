import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("the disks of this machine", .scratch)
struct ExportDisksTests {
  private static let lsblk =
    "lsblk --json --bytes --list --output PATH,MAJ:MIN,TYPE,LABEL,UUID,FSTYPE,SIZE,RO,MODEL"

  private func list(_ transcript: Transcript, mounted: String = "") async throws -> [ExportDisk] {
    var disks = ExportDisks(transcript.world())
    disks.mounted = { mounted }
    return try await disks.list()
  }

  @Test func `are asked of lsblk, and of blkid where that knows nothing`() async throws {
    let transcript = Transcript([
      (
        Self.lsblk,
        Finished(
          0,
          #"""
          {"blockdevices": [
            {"path":"/dev/sda1", "maj:min":"8:1", "fstype":"ext4", "label":"sys", "uuid":"u1", "size":9},
            {"path":"/dev/sdb", "maj:min":"8:16", "size":9},
            {"path":"/dev/sdb1", "maj:min":"8:17", "size":9}]}
          """#)
      ), ("blkid -p -o udev /dev/sdb", Finished(2)),
      (
        "blkid -p -o udev /dev/sdb1",
        Finished(0, "ID_FS_LABEL_ENC=off\\x20site\nID_FS_UUID_ENC=u2\nID_FS_TYPE=xfs\n")
      ),
    ])
    let disks = try await list(
      transcript, mounted: "30 27 8:17 / /mnt/usb rw - xfs /dev/sdb1 rw")
    #expect(disks.map(\.label) == ["sys", "off site"])
    #expect(disks.map(\.mounts.first?.point) == [nil, "/mnt/usb"])
    transcript.expectFinished()
  }

  @Test func `are one where a btrfs has several devices`() async throws {
    let transcript = Transcript([
      (
        Self.lsblk,
        Finished(
          0,
          #"""
          {"blockdevices": [
            {"path":"/dev/sdb", "maj:min":"8:16", "fstype":"btrfs", "label":"a", "uuid":"u", "size":5},
            {"path":"/dev/sdc", "maj:min":"8:32", "fstype":"btrfs", "label":"a", "uuid":"u", "size":6}]}
          """#)
      )
    ])
    let disks = try await list(transcript, mounted: "30 27 0:40 / /m rw - btrfs /dev/sdc rw")
    #expect(disks.map(\.device) == ["/dev/sdb"])
    #expect(disks.map(\.size) == [11] && disks[0].mounts.map(\.point) == ["/m"])
  }

  @Test func `cannot be told where lsblk cannot: that is said, with the cure`() async throws {
    let transcript = Transcript([
      (Self.lsblk, Finished(1, errors: "lsblk: failed to access sysfs directory: /sys/dev/block"))
    ])
    let error = await #expect(throws: BackupError.self) { try await list(transcript) }
    #expect(error?.message.text.contains("failed to access sysfs") == true)
    #expect(error?.hint?.text.contains("-x DIR") == true)
  }

  @Test func `that are real are found with every label there can be`() async throws {
    let label = "a \"b' ü\\"
    try await LoopDisk.plugged(label) { disk in
      let found = try await ExportDisks(.live { _ in }).list().first { $0.device == disk.device }
      #expect(found?.label == label && found?.type == "ext4")
      #expect(try await found?.uuid == disk.uuid)
      #expect(found?.size == 16 << 20 && found?.mounts == [])
    }
  }
}
