extension Key {
  package static let remoteDir = Key.required(
    "remote_dir", .remotePath, "folder whose contents are copied")
  package static let rsyncModule = Key.required(
    "rsync_module", "module of the rsync daemon; remote_dir is a path inside it")
  package static let passwordFile = Key.required(
    "password_file", .path, "file with the daemon's password, readable by its owner only")
  package static let rsyncPort = Key.optional(
    "rsync_port", .number(1...65_535), default: "873", "port of the rsync daemon")
  package static let compression = Key.optional(
    "compression", .flag, default: "no", "compress on the wire")
  package static let compressionLevel = Key.optional(
    "compressionlevel", .number(0...22), "level of that compression"
  ).global(as: "compression_level")
  package static let bandwidthLimit = Key.optional(
    "bwlimit", .number(0...Int.max), "KiB a second at most; 0 is no limit"
  ).global(as: "bw_limit")
  package static let excludeList = Key.optional(
    "exclude_list", .excludes, #"patterns left out: "*.tmp","/proc""#)
  package static let protectArgs = Key.optional(
    "protect_args", .flag, default: "yes", "send names past the remote shell")
  package static let overloadArgs = Key.optional(
    "overload_args", .words, "rsync options instead of -lpgoD and the extras below")
  package static let cipherSpec = Key.optional(
    "cipher_spec", "ciphers ssh may use (its -c)")
  package static let vanishedFiles = Key.optional(
    "vanished_files", .choice(["ok", "warning", "error"]), default: "ok",
    "state when files vanished while they were copied (rsync exit 24)"
  ).global()
  package static let partialTransfer = Key.optional(
    "partial_transfer", .choice(["ok", "warning", "error"]), default: "warning",
    "state when some files could not be copied (rsync exit 23)"
  ).global()
  package static let hardLinks = Key.optional(
    "hard_links", .flag, default: "yes", "keep hard links between files"
  ).global()
  package static let acls = Key.optional(
    "acls", .flag, default: "yes", "keep access control lists"
  ).global()
  package static let xattrs = Key.optional(
    "xattrs", .flag, default: "yes", "keep extended attributes"
  ).global()
  package static let oneFileSystem = Key.optional(
    "one_file_system", .flag, default: "no", "do not cross into other file systems"
  ).global()
  package static let fakeSuper = Key.optional(
    "fake_super", .flag, default: "no", "keep owners as extended attributes, without being root"
  ).global()

  /// What all rsync types share beside the keys of their transport.
  static let rsyncOptions: [Key] = [
    .compression, .compressionLevel, .bandwidthLimit, .excludeList, .protectArgs, .overloadArgs,
    .vanishedFiles, .partialTransfer, .hardLinks, .acls, .xattrs, .oneFileSystem,
    .fakeSuper,
  ]
}
