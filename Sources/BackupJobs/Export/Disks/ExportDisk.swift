import TISBackupCore

/// A file system of this machine that may take copies, mounted or not.
package struct ExportDisk: Sendable, Equatable {
  /// What is found on a device that has to be opened before its file system is seen.
  static let lockedType = "crypto_LUKS"

  /// Its device, `/dev/sdb1`.
  package var device: String
  /// The number of the device as the kernel tells it, `8:17`.
  package var number: String
  package var label: String?
  package var uuid: String?
  /// Of the file system, `ext4`.
  package var type: String?
  /// Bytes of the device.
  package var size: Int64
  package var model: String?
  /// Whether the device cannot be written to, as by a switch on it.
  package var isReadOnly = false
  /// Where it is mounted; the first is where it is best used.
  package var mounts: [MountedPlace] = []

  package init(device: String, number: String, size: Int64) {
    (self.device, self.number, self.size) = (device, number, size)
  }

  /// Whether there is a file system on it, and not a part of something larger.
  package var hasFileSystem: Bool {
    guard let type else { return false }
    return !isLocked && !type.hasSuffix("_member") && !Self.others.contains(type)
  }

  /// What is no place for files, or never changes.
  private static let others = ["swap", "swsuspend", "squashfs", "iso9660", "erofs", "BitLocker"]

  /// Whether it is encrypted, and not open.
  package var isLocked: Bool { type == Self.lockedType }

  /// Whether a label or a UUID means this disk.
  ///
  /// FAT keeps labels in capitals, whatever was asked for.
  func isNamed(_ name: String) -> Bool {
    if label == name || uuid?.lowercased() == name.lowercased() { return true }
    return type == "vfat" && label == name.uppercased()
  }

  /// How it is told from others in the catalog; one without a UUID by its label.
  package var place: ExportPlace { ExportPlace(disk: uuid ?? label ?? device, label: label) }

  /// For messages: `'offsite a' (/dev/sdb1)`; a label may be anything.
  package var shown: String { "'\(Self.clean(label ?? uuid ?? "no label"))' (\(device))" }

  /// Text of a disk that anybody may have plugged in, on one line.
  static func clean(_ text: String) -> String {
    Terminal.clean(text).split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
