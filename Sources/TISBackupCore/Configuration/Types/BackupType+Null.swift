extension BackupType {
  package static let null = BackupType(
    name: "null", summary: "a machine that is known and needs no backup", keys: [],
    artifact: .none, isByDesignWithoutBackup: true)
}
