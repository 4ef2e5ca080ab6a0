extension BackupType {
  private static let host = Key.required("xcphost", .host, "the Xen host to log in to")
  private static let login = Key.required(
    "password_file", .path, "file with the login on line one and its password on line two")

  package static let xenXVA = BackupType(
    name: "xen-xva", summary: "a virtual machine, exported by its Xen host",
    keys: [
      host, login,
      .optional("enable_https", .flag, default: "no", "what TISBackup did; ours always uses TLS"),
      .optional("halt_vm", .flag, default: "no", "stop the machine while it is exported"),
      .optional("verify_export", .flag, default: "no", "read the export again"),
      .optional("reuse_snapshot", .flag, default: "no", "export a snapshot that is there"),
      .optional("ignore_proxies", .flag, default: "yes", "connect directly"),
      .optional("use_compression", default: "true", "what the host does to the stream"),
    ],
    artifact: .file(prefix: .section, suffixes: [".xva"]))

  package static let xenMetadata = BackupType(
    name: "xen-meta-data", aliases: ["xcp-dump-metadata"], summary: "the database of a Xen pool",
    keys: [
      .optional("password_file", .path, "login on line one, password on line two"),
      .optional("xcphost", .host, "the pool master (server_name)"),
    ],
    artifact: .file(prefix: .fixed("xcp_metadata"), suffixes: [".dump.gz"]))

  package static let copyVM = BackupType(
    name: "copy-vm-xcp", summary: "a copy of a virtual machine on another storage",
    keys: [
      .required("vm_name", "name of the machine"),
      .required("storage_name", "name of the storage that takes the copy"), login,
      .required("network_name", "network of the copy"),
      .optional("start_vm", .flag, default: "no", "start the copy").global(),
      .optional("max_copies", .number(1...1000), default: "1", "copies that are kept").global(),
      .optional("delete_snapshot", .flag, default: "yes", "remove the snapshot").global(),
      .optional("halt_vm", .flag, default: "no", "stop the machine while it is copied"),
    ],
    artifact: .none)
}
