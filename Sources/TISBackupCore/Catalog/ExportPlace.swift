/// Where copies go: a file system that can be told from others, or a folder by its path.
package struct ExportPlace: Sendable, Hashable {
  /// The UUID of the file system, or the path.
  package var key: String
  /// The label of the file system; nil when it has none, and for a path.
  package var label: String?
  package var isDisk: Bool

  package init(disk uuid: String, label: String?) {
    (key, self.label, isDisk) = (uuid, label, true)
  }

  package init(folder path: String) { (key, isDisk) = (path, false) }

  /// For people, and for those who name it in `export_disks`.
  package var name: String { label ?? key }

  /// Whether this is what an administrator means by a label or a UUID.
  package func isNamed(_ name: String) -> Bool {
    isDisk && (label == name || key.lowercased() == name.lowercased())
  }
}
