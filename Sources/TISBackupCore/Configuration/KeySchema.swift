/// The keys a type takes, sorted out once for all sections of that type.
package struct KeySchema: Sendable {
  /// Every key, the common ones first.
  package let keys: [Key]
  package let required: [Key]
  package let secrets: [Key]
  /// Keys by every name a section may give them.
  package let byName: [String: Key]

  private init(_ type: BackupType) {
    keys = type.allKeys
    // A machine that is not backed up needs no age and no retention.
    required = keys.filter {
      $0.isRequired && !(type.isByDesignWithoutBackup && $0.globalName != nil)
    }
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
