extension BackupType {
  package static let switchConfiguration = BackupType(
    name: "switch", summary: "the configuration of a network switch",
    keys: [
      .switchAddress, .switchType, .switchUser, .switchPassword, .switchEnablePassword,
      .switchTransport, .switchPort,
    ] + Key.tls,
    artifact: .file(prefix: .section, suffixes: [".txt", ".bin", ".cfg"]))
}
