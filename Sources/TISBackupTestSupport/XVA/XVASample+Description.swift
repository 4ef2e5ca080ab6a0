extension XVASample {
  /// `ova.xml` as xapi writes it: one line, strings without a type, numbers as strings.
  package var description: String {
    let version = Self.structure([
      ("hostname", "localhost"), ("date", "2023-12-05"), ("product_version", product.1),
      ("product_brand", product.0), ("build_number", "cloud"), ("xapi_major", "1"),
      ("xapi_minor", "20"), ("export_vsn", "2"),
    ])
    let objects = objects.map { type, id, fields in
      Self.structure([("class", type), ("id", id)], [("snapshot", Self.structure(fields))])
    }
    let array = "<value><array><data>\(objects.joined())</data></array></value>"
    return Self.structure([], [("version", version), ("objects", array)])
  }

  private var objects: [(String, String, [(String, String)])] {
    let machine = [
      ("uuid", "2a1b3c4d-0000-0000-0000-000000000001"), ("power_state", powerState),
      ("name_label", machine), ("name_description", "a <small> machine & its \"disks\""),
      ("suspend_VDI", suspendDisk), ("is_a_snapshot", "1"), ("snapshot_time", "20231205T01:02:03Z"),
    ]
    var objects = [("VM", "Ref:0", machine)]
    objects.append(
      ("VIF", "Ref:1", [("device", "0"), ("MAC", "02:00:00:00:00:01"), ("VM", "Ref:0")]))
    objects.append(
      ("network", "Ref:2", [("name_label", "Pool-wide network"), ("bridge", "xenbr0")]))
    for (index, type) in emptyDrives.enumerated() {
      objects.append(("VBD", "Ref:5\(index)", drive(type, "OpaqueRef:NULL", isEmpty: true)))
    }
    for disk in disks where disk.id != suspendDisk {
      objects.append(("VBD", "\(disk.id)0000", drive(disk.drive, disk.id, isEmpty: false)))
    }
    for disk in disks {
      objects.append(
        (
          "VDI", disk.id,
          [
            ("name_label", "disk of \(disk.id)"), ("SR", disk.isImage ? "Ref:9001" : "Ref:9000"),
            ("virtual_size", disk.size ?? String(disk.content.count)), ("type", "user"),
          ]
        ))
    }
    objects.append(("SR", "Ref:9000", [("name_label", "Local storage"), ("content_type", "user")]))
    objects.append(("SR", "Ref:9001", [("name_label", "Images"), ("content_type", "iso")]))
    return objects
  }

  private func drive(_ type: String, _ disk: String, isEmpty: Bool) -> [(String, String)] {
    [
      ("VM", "Ref:0"), ("VDI", disk), ("type", type), ("userdevice", "0"),
      ("empty", isEmpty ? "1" : "0"),
    ]
  }

  private static let booleans: Set<String> = ["empty", "is_a_snapshot"]

  private static func structure(_ texts: [(String, String)], _ values: [(String, String)] = [])
    -> String
  {
    let scalars = texts.map { name, text -> (String, String) in
      let text = escaped(text)
      if booleans.contains(name) { return (name, "<value><boolean>\(text)</boolean></value>") }
      if name == "snapshot_time" {
        return (name, "<value><dateTime.iso8601>\(text)</dateTime.iso8601></value>")
      }
      return (name, "<value>\(text)</value>")
    }
    let members = (scalars + values).map { "<member><name>\($0)</name>\($1)</member>" }
    return "<value><struct>\(members.joined())</struct></value>"
  }

  private static func escaped(_ text: String) -> String {
    [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;")].reduce(text) {
      $0.split(separator: $1.0, omittingEmptySubsequences: false).joined(separator: $1.1)
    }
  }
}
