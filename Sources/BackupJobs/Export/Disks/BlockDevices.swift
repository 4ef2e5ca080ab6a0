import FoundationEssentials
import TISBackupCore

/// The answers of `lsblk` and `blkid`: text about disks that anybody may have plugged in.
enum BlockDevices {
  /// Columns that every `lsblk` since 2018 knows.
  static let columns = "PATH,MAJ:MIN,TYPE,LABEL,UUID,FSTYPE,SIZE,RO,MODEL"

  /// Devices as `lsblk --json` lists them, each once; what is no device of ours is passed over.
  ///
  /// Throws when it is not such a list.
  static func parse(_ text: String) throws(BackupError) -> [ExportDisk] {
    guard let listing = try? JSONDecoder().decode(Listing.self, from: Data(text.utf8)) else {
      throw BackupError(.storage, .unreadable, hint: .mountByHand)
    }
    var seen: Set<String> = []
    return listing.blockdevices.flatMap(\.withChildren).compactMap(disk)
      .filter { seen.insert($0.device).inserted }
  }

  private static func disk(_ entry: Entry) -> ExportDisk? {
    // A floppy without a disk, a loop device without a file.
    guard let path = entry.path, isPath(path), let size = entry.size?.number, size > 0 else {
      return nil
    }
    var disk = ExportDisk(device: path, number: entry.number ?? "", size: size)
    (disk.label, disk.uuid) = (entry.label.flatMap(given), entry.uuid.flatMap(uuid))
    disk.type = entry.fstype.flatMap(given)
    disk.model = entry.model.flatMap(given)
    disk.isReadOnly = entry.ro?.flag ?? false
    return disk
  }

  /// Adds what `blkid -p -o udev` found on a device; its values are words without blanks, in which
  /// every other byte is `\xNN`.
  static func add(_ text: String, to disk: inout ExportDisk) {
    for line in text.split(separator: "\n") {
      guard let sign = line.firstIndex(of: "=") else { continue }
      let value = unescaped(line[line.index(after: sign)...])
      switch line[..<sign] {
      case "ID_FS_LABEL_ENC": disk.label = given(value)
      case "ID_FS_UUID_ENC": disk.uuid = uuid(value)
      case "ID_FS_TYPE": disk.type = given(value)
      default: break
      }
    }
  }

  private static func unescaped(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.dropFirst().prefix(2)
      guard byte == 0x5c, rest.first == UInt8(ascii: "x"), digits.count == 2,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      else {
        bytes.append(byte)
        continue
      }
      bytes.append(value)
      rest = rest.dropFirst(3)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func given(_ text: String) -> String? { text.isEmpty ? nil : text }

  /// It becomes the name of a folder, so nothing else is taken for one.
  private static func uuid(_ text: String) -> String? {
    let isPlain = text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
        || $0 == 0x2d
    }
    return isPlain && (1...64).contains(text.utf8.count) ? text : nil
  }

  /// It becomes an argument of `mount`.
  private static func isPath(_ text: String) -> Bool {
    text.hasPrefix("/dev/") && !text.contains("/../")
      && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control && $0 != " " }
  }
}

/// The document of `lsblk --json`.
private struct Listing: Decodable { var blockdevices: [Entry] }

private struct Entry: Decodable {
  var path: String?
  var number: String?
  var label: String?
  var uuid: String?
  var fstype: String?
  var size: Word?
  var ro: Word?
  var model: String?
  var children: [Entry]?

  private enum CodingKeys: String, CodingKey {
    case path, label, uuid, fstype, size, ro, model, children
    case number = "maj:min"
  }

  var withChildren: [Entry] { [self] + (children ?? []).flatMap(\.withChildren) }
}

/// Numbers and flags, which older releases write as text.
private struct Word: Decodable {
  var text: String

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let flag = try? value.decode(Bool.self) {
      text = flag ? "1" : "0"
    } else if let number = try? value.decode(Int64.self) {
      text = String(number)
    } else {
      text = (try? value.decode(String.self)) ?? ""
    }
  }

  var number: Int64? { Int64(text) }
  var flag: Bool { text == "1" }
}

extension BackupError.Message {
  fileprivate static let unreadable: Self = "lsblk tells of no disks that could be understood"
  fileprivate static let mountByHand: Self = "Mount the disk, and export to it with -x DIR."
}
