import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("the table of what is mounted, with devices")
struct MountedPlacesTests {
  private static let table = """
    22 27 0:21 / /proc rw,relatime - proc proc rw
    27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
    30 27 8:17 / /mnt/my\\040disk ro,nosuid shared:9 - ext4 /dev/sdb1 ro
    31 27 8:17 /sub /mnt/sub rw shared:9 - ext4 /dev/sdb1 rw
    32 27 8:17 / /mnt/good rw master:1 propagate_from:2 - ext4 /dev/sdb1 rw
    33 27 0:40 /@ /mnt/btrfs rw - btrfs /dev/sdc1 rw,subvol=/@
    34 27 0:41 / /mnt/over rw - tmpfs tmpfs rw
    35 27 8:33 / /mnt/over rw - xfs /dev/sdc2 rw
    garbage
    40 27 8:1 / /mnt/short rw
    """
  private let places = MountedPlaces(parsing: table)

  @Test func `finds a device by its number, the best place for writing first`() {
    #expect(
      places.places(of: "/dev/elsewhere", "8:17").map(\.point)
        == ["/mnt/good", "/mnt/sub", "/mnt/my disk"])
    #expect(places.places(of: "/dev/sdb1", "8:17").map(\.isReadOnly) == [false, false, true])
  }

  @Test func `finds btrfs, which has a number of its own, by the device`() {
    #expect(places.places(of: "/dev/sdc1", "8:32").map(\.point) == ["/mnt/btrfs"])
    #expect(places.places(of: "/dev/sdd1", "8:48") == [])
  }

  @Test func `knows what covers a mount point`() {
    #expect(places.place(at: "/mnt/over")?.source == "/dev/sdc2")
    #expect(places.place(at: "/mnt/short") == nil)
  }

  @Test(arguments: [
    ("/mnt/over/x", "/dev/sdc2"), ("/mnt/overx", "/dev/vda"), ("/mnt/over", "/dev/sdc2"),
    ("/", "/dev/vda"), ("/mnt/btrfs/a/b", "/dev/sdc1"),
  ])
  func `knows what a path lies on`(_ path: String, _ source: String) {
    #expect(places.place(holding: path)?.source == source)
  }

  @Test func `of this machine has its root`() {
    #expect(MountedPlaces(parsing: MountedPlaces.text()).place(at: "/") != nil)
  }
}
