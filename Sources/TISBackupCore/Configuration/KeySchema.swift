/// The keys a section of one type may have, sorted out once for all of them.
package struct KeySchema: Sendable {
  /// Every key, the common ones first.
  package let keys: [Key]
  package let required: [Key]
  package let secrets: [Key]
  /// Keys by every name a section may give them.
  package let byName: [String: Key]

  private init(_ type: BackupType) {
    // A machine that is not backed up needs no age and no retention.
    self.init(keys: type.allKeys) { !(type.isByDesignWithoutBackup && $0.globalName != nil) }
  }

  /// Sorts some keys out; of the required ones `isNeeded` may leave some out.
  package init(keys: [Key], isNeeded: (Key) -> Bool = { _ in true }) {
    self.keys = keys
    required = keys.filter { $0.isRequired && isNeeded($0) }
    secrets = keys.filter(\.isSecret)
    byName = Dictionary(
      keys.flatMap { key in key.names.map { ($0, key) } }, uniquingKeysWith: { _, last in last })
  }

  private static let ofTypes = Dictionary(
    uniqueKeysWithValues: BackupTypes.all.map { ($0.name, KeySchema($0)) })

  /// The schema of a type, made once.
  package static func of(_ type: BackupType) -> KeySchema {
    ofTypes[type.name] ?? KeySchema(type)
  }
}
