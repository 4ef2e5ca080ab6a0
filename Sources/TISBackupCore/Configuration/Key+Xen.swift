extension Key {
  package static let xenHost = Key.required("xcphost", .host, "the Xen host to log in to")
  package static let xenLogin = Key.required(
    "password_file", .path, "file with the login on line one and its password on line two")
  package static let haltVM = Key.optional(
    "halt_vm", .flag, default: "no",
    "stop the machine for its snapshot, and start it again at once")
  package static let reuseSnapshot = Key.optional(
    "reuse_snapshot", .flag, default: "no",
    "export the snapshot 'tisbackup-VM', if there is one, and remove it")
  package static let ignoreProxies = Key.optional(
    "ignore_proxies", .flag, default: "yes", "connect directly, whatever http_proxy says")
  package static let useCompression = Key.optional(
    "use_compression", .choice(["true", "gzip", "zstd", "false", "none", "yes", "no"]),
    default: "true", "how the host compresses the export; true and yes: gzip")
  package static let enableHTTPS = Key.optional(
    "enable_https", .flag, default: "yes", "what TISBackup asks for; ours always uses TLS")
  package static let verifyExport = Key.optional(
    "verify_export", .flag, default: "no",
    "read the file again at its end, beside the checksums that are checked in any case")
  package static let vmName = Key.required("vm_name", "name or UUID of the machine")
  package static let storageName = Key.required(
    "storage_name", "name of the storage that takes the copy")
  package static let networkName = Key.required("network_name", "network of the copy")
  package static let startVM = Key.optional(
    "start_vm", .flag, default: "no", "start the copy"
  ).global()
  package static let maxCopies = Key.optional(
    "max_copies", .number(1...1000), default: "1", "copies that are kept"
  ).global()
  package static let deleteSnapshot = Key.optional(
    "delete_snapshot", .flag, default: "yes", "remove the snapshot that the copy is made of"
  ).global()
}
