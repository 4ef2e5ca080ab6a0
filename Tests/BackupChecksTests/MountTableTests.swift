import BackupChecks
import Testing

struct MountTableTests {
  private let table = MountTable(
    parsing: """
      22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
      23 22 0:20 / /proc rw,nosuid - proc proc rw
      40 22 0:44 / /mnt/nas rw,relatime shared:9 master:2 - nfs4 nas:/export\\040one rw,vers=4.2
      41 22 8:17 / /mnt/my\\040disk rw - ext4 /dev/sdb1 rw
      42 40 8:33 / /mnt/nas/local rw - xfs /dev/sdc1 rw
      43 22 8:49 / /backup rw - ext4 /dev/sdd1 rw
      44 43 8:65 / /backup rw - btrfs /dev/sde1 rw
      45 22 8:81 / /mnt/back\\134slash rw - vfat /dev/sdf1 rw
      no mount at all
      46 22 8:97 / /mnt/short rw
      47 22 8:97 / /mnt/cut rw - ext4
      """)

  @Test(arguments: [
    ("/etc/passwd", "/", "ext4", "/dev/vda1"), ("/", "/", "ext4", "/dev/vda1"),
    ("/mnt/nas", "/mnt/nas", "nfs4", "nas:/export one"),
    ("/mnt/nas/web1/x", "/mnt/nas", "nfs4", "nas:/export one"),
    ("/mnt/nasty/x", "/", "ext4", "/dev/vda1"),
    ("/mnt/nas/local/x", "/mnt/nas/local", "xfs", "/dev/sdc1"),
    ("/mnt/my disk/x", "/mnt/my disk", "ext4", "/dev/sdb1"),
    ("/mnt/back\\slash/x", "/mnt/back\\slash", "vfat", "/dev/sdf1"),
    // The later of two mounts on one point covers the other.
    ("/backup/web1", "/backup", "btrfs", "/dev/sde1"),
    ("/mnt/short/x", "/", "ext4", "/dev/vda1"), ("/mnt/cut/x", "/", "ext4", "/dev/vda1"),
  ])
  func `a path lies on the last mount of its longest beginning`(
    _ path: String, _ point: String, _ type: String, _ source: String
  ) {
    #expect(table.mount(of: path) == .init(point: point, type: type, source: source))
  }

  @Test(arguments: ["", "relative/path"])
  func `what is no absolute path lies nowhere`(_ path: String) {
    #expect(table.mount(of: path) == nil)
  }

  @Test func `an empty table knows nothing, that of this machine knows its root`() {
    #expect(MountTable(parsing: "").mount(of: "/") == nil)
    #expect(MountTable.current().mount(of: "/nowhere/at/all")?.point == "/")
  }

  private static let fstab = """
    # /etc/fstab: static file system information.
    UUID=1 / ext4 defaults 0 1
    UUID=2\tnone\tswap\tsw\t0 0
    UUID=3 /backup btrfs defaults 0 2
    #UUID=4 /old ext4 defaults
    UUID=5 /srv/backup/ ext4 noauto 0 2
    UUID=6\t/srv/my\\040disk ext4 defaults
    UUID=7 /srv/backup/deep xfs defaults
    UUID=8 /short
    """

  @Test(arguments: [
    ("/backup/data", nil), ("/old/data", nil), ("/home/data", nil), ("/short/data", nil),
    ("/srv/backup/data", "/srv/backup"), ("/srv/backup", "/srv/backup"),
    ("/srv/backups/data", nil), ("/srv/my disk/data", "/srv/my disk"),
    ("/srv/backup/deep/data", "/srv/backup/deep"), ("relative", nil),
  ])
  func `a path may lie where a disk ought to be mounted and is not`(
    _ path: String, _ point: String?
  ) {
    #expect(table.missing(on: path, fstab: Self.fstab) == point)
    #expect(table.missing(on: path, fstab: "") == nil)
    #expect(MountTable(parsing: "").missing(on: path, fstab: Self.fstab) == nil)
  }
}
