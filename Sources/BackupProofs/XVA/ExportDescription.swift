import TISBackupCore

/// What an export says of itself in its first member, `ova.xml`.
struct ExportDescription {
  /// The machine's name on its host.
  var machine = ""
  /// The host's software and its version.
  var product = ""
  /// The disks that the archive must hold, in its order.
  var disks: [ExportedDisk] = []
}

/// Reads `ova.xml` as its bytes come.
struct ExportDescriptionReader {
  /// Far more than any machine has; for each some hundred bytes are kept.
  private static let objectLimit = 4096

  private let subject: String
  private let xml: XMLReader
  private let collector: Collector

  init(of path: String) throws(BackupError) {
    let subject = "'\(path)' is damaged: its ova.xml"
    let collector = Collector(subject)
    xml = try XMLReader(of: subject) { (event) throws(BackupError) in
      try collector.take(event)
    }
    (self.subject, self.collector) = (subject, collector)
  }

  func take(_ piece: UnsafeRawBufferPointer) throws(BackupError) { try xml.take(piece) }

  func finish() throws(BackupError) -> ExportDescription {
    try xml.finish()
    guard collector.hasObjects else { throw BackupError(.unproven, .noObjects(subject)) }
    var description = ExportDescription()
    let version = collector.version
    description.product = ExportText.shown(
      [version["product_brand"], version["product_version"]].compactMap(\.self)
        .filter { !$0.isEmpty }.joined(separator: " "))
    description.machine = ExportText.shown(
      collector.objects.first { $0.type == "VM" }?.fields["name_label"] ?? "")
    description.disks = try disks()
    return description
  }

  /// The disks that a host which imports the machine waits for, in the order in which one that exports
  /// it sends them (`non_cdrom_vdis` and `vdi_ordering` of xapi): what any of its drives holds that is
  /// no CD, unless it comes from a library of ISO images, and the memory of one that is suspended.
  private func disks() throws(BackupError) -> [ExportedDisk] {
    var byID: [String: ExportObject] = [:]
    for object in collector.objects {
      guard byID.updateValue(object, forKey: object.id) == nil else {
        throw BackupError(.unproven, .twice(subject, ExportText.shown(object.id)))
      }
    }
    var disks: [String: ExportedDisk] = [:]
    for id in collector.objects.compactMap(\.heldDisk) {
      guard let disk = byID[id], disk.type == "VDI" else {
        throw BackupError(.unproven, .unknownDisk(subject, ExportText.shown(id)))
      }
      if byID[disk.fields["SR"] ?? ""]?.fields["content_type"] == "iso" { continue }
      guard ExportedDisk.isName(id.utf8) else {
        throw BackupError(.unproven, .oddName(subject, ExportText.shown(id)))
      }
      let size = disk.fields["virtual_size"] ?? "none"
      guard let bytes = Int64(size), (0...Self.largestDisk).contains(bytes) else {
        throw BackupError(.unproven, .oddSize(subject, id, ExportText.shown(size)))
      }
      disks[id] = ExportedDisk(id: id, virtualSize: bytes)
    }
    return disks.values.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
  }

  /// An exbibyte: sums of some of them are still numbers.
  private static let largestDisk: Int64 = 1 << 60

  /// Keeps of the objects what tells which disks there must be.
  private final class Collector {
    private let subject: String
    private var paths = XMLRPCPaths()
    private var current = ExportObject()
    private(set) var version: [String: String] = [:]
    private(set) var objects: [ExportObject] = []
    private(set) var hasObjects = false

    init(_ subject: String) { self.subject = subject }

    func take(_ event: XMLReader.Event) throws(BackupError) {
      do throws(XMLRPCPaths.Flaw) {
        guard let value = try paths.take(event) else { return }
        guard keep(value) else {
          throw XMLRPCPaths.Flaw(reason: "holds more than \(objectLimit) objects")
        }
      } catch {
        throw BackupError(.unproven, .flawed(subject, error.reason))
      }
    }

    /// False when there are too many.
    private func keep(_ value: XMLRPCPaths.Value) -> Bool {
      let path = value.path
      switch (path.first, path.count, value.scalar) {
      case ("version", 2, let scalar?):
        if path[1].hasPrefix("product_") { version[path[1]] = scalar }
      case ("objects", 1, nil): hasObjects = true
      case ("objects", 2, nil):
        defer { current = ExportObject() }
        guard ExportObject.types.contains(current.type) else { return true }
        objects.append(current)
        return objects.count <= objectLimit
      case ("objects", 3, let scalar?):
        if path[2] == "class" { current.type = scalar }
        if path[2] == "id" { current.id = scalar }
      case ("objects", 4, let scalar?):
        guard path[2] == "snapshot", ExportObject.keys.contains(path[3]) else { break }
        current.fields[path[3]] = scalar
      default: break
      }
      return true
    }
  }
}

/// A record of the host's database, as far as it says something of disks.
private struct ExportObject {
  static let types: Set<String> = ["VM", "VBD", "VDI", "SR"]
  static let keys: Set<String> = [
    "name_label", "power_state", "suspend_VDI", "type", "empty", "VDI", "virtual_size", "SR",
    "content_type",
  ]

  var type = ""
  var id = ""
  var fields: [String: String] = [:]

  /// The disk that this drive holds, or the memory of this machine while it is suspended.
  var heldDisk: String? {
    let key: String
    switch type {
    case "VBD":
      guard fields["type"] != "CD", !["1", "true"].contains(fields["empty"]) else { return nil }
      key = "VDI"
    case "VM":
      guard fields["power_state"] == "Suspended" else { return nil }
      key = "suspend_VDI"
    default: return nil
    }
    guard let id = fields[key], !id.isEmpty, id != "OpaqueRef:NULL" else { return nil }
    return id
  }
}

extension BackupError.Message {
  fileprivate static func flawed(_ subject: String, _ reason: String) -> Self {
    "\(subject) \(reason)"
  }
  fileprivate static func noObjects(_ subject: String) -> Self {
    "\(subject) holds no list of objects"
  }
  fileprivate static func twice(_ subject: String, _ id: String) -> Self {
    "\(subject) holds '\(id)' twice"
  }
  fileprivate static func unknownDisk(_ subject: String, _ id: String) -> Self {
    "\(subject) has a drive with the disk '\(id)', which it does not describe"
  }
  fileprivate static func oddName(_ subject: String, _ id: String) -> Self {
    "\(subject) has a disk '\(id)', which can be no folder"
  }
  fileprivate static func oddSize(_ subject: String, _ id: String, _ size: String) -> Self {
    "\(subject) gives the disk '\(id)' the size '\(size)'"
  }
}
