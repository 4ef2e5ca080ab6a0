extension BackupType {
  package static let xenXVA = BackupType(
    name: "xen-xva", summary: "a virtual machine, exported by its Xen host",
    keys: [
      .xenHost, .xenLogin, .enableHTTPS, .haltVM, .verifyExport, .reuseSnapshot, .ignoreProxies,
      .useCompression,
    ] + Key.tls,
    artifact: .file(prefix: .section, suffixes: [".xva"]))

  package static let xenMetadata = BackupType(
    name: "xen-meta-data", aliases: ["xcp-dump-metadata"], summary: "the database of a Xen pool",
    keys: [
      .optional(
        Key.xenLogin.name, .path,
        "login on line one, password on line two, for https; with private_key: not needed"),
      .optional(Key.xenHost.name, .host, "the pool master (server_name)"), .ignoreProxies,
      .gzipLevel,
    ] + Key.tls,
    artifact: .file(prefix: .fixed("xcp_metadata"), suffixes: [".dump.gz"]))

  package static let copyVM = BackupType(
    name: "copy-vm-xcp", summary: "a copy of a virtual machine on another storage",
    keys: [
      .vmName, .storageName, .xenLogin, .networkName, .startVM, .maxCopies, .deleteSnapshot,
      .haltVM, .ignoreProxies,
    ] + Key.tls,
    artifact: .none)
}
