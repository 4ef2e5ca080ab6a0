import BackupChecks
import TISBackupCore

/// What is mounted where, with the devices, from the text of `/proc/self/mountinfo`.
package struct MountedPlaces: Sendable {
  /// One for each mount point, the longest first; of two on one point the one that covers the other.
  private let all: [MountedPlace]

  /// Lines of another form are passed over.
  package init(parsing text: String) {
    var byPoint: [String: MountedPlace] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard let dash = fields.firstIndex(of: "-"), dash > 5, fields.count > dash + 3 else {
        continue
      }
      let options = fields[5].split(separator: ",") + fields[dash + 3].split(separator: ",")
      let place = MountedPlace(
        point: MountTable.unescaped(fields[4]), number: String(fields[2]),
        root: MountTable.unescaped(fields[3]), source: MountTable.unescaped(fields[dash + 2]),
        isReadOnly: options.contains("ro"))
      byPoint[place.point] = place
    }
    all = byPoint.values.sorted {
      ($1.point.utf8.count, $0.point) < ($0.point.utf8.count, $1.point)
    }
  }

  /// The table of this moment; empty where there is no /proc.
  package static func text() -> String {
    (try? SmallFile.text(at: "/proc/self/mountinfo", limit: 16 << 20)) ?? ""
  }

  /// Where a device is mounted: all of it before parts, for writing before for reading alone.
  ///
  /// btrfs and FUSE have numbers of their own, so the device counts by its path too.
  func places(of device: String, _ number: String) -> [MountedPlace] {
    let found = all.filter { $0.number == number || $0.source == device }
    func rank(_ place: MountedPlace) -> Int {
      (place.isReadOnly ? 2 : 0) + (place.root == "/" ? 0 : 1)
    }
    return found.enumerated().sorted {
      (rank($0.element), $0.offset) < (rank($1.element), $1.offset)
    }
    .map(\.element)
  }

  /// What is mounted at a point.
  func place(at point: String) -> MountedPlace? { all.first { $0.point == point } }

  /// The file system a path lies on, links followed.
  func place(holding path: String) -> MountedPlace? {
    let path = DiskPath.resolved(path) ?? path
    return all.first { $0.point == "/" || path == $0.point || path.hasPrefix($0.point + "/") }
  }
}
