extension Key {
  /// The keys of every section, whatever its type.
  package static let common: [Key] =
    [
      .type, .serverName, .description, .backupDir, .remoteUser, .sshPort, .privateKey, .sshOptions,
      .preexec, .postexec, .preexecLocal, .postexecLocal, .timeout, .connectTimeout,
      .idleTimeout, .hostKeyChecking, .retries, .retryDelay, .window, .manifest,
    ] + retention + checks

  /// The keys that stand in `[global]` alone.
  package static let globalOnly: [Key] = [
    .backupBaseDir, .parallelJobs, .parallelPerServer, .minimumFree, .minimumFreeInodes,
    .monitoringConfig, .exportDisks, .maximumDiskAge, .switchModels,
  ]

  package static let backupBaseDir = Key.required(
    "backup_base_dir", .path, "folder that holds a folder for each section, and the catalog")
  package static let type = Key.required("type", "what is backed up, and how")
  package static let serverName = Key.required(
    "server_name", .host, "the machine that is backed up")
  package static let description = Key.optional("description", "a few words for people")
  package static let backupDir = Key.optional(
    "backup_dir", .path, "folder of this section's backups (backup_base_dir/SECTION)")
  package static let remoteUser = Key.optional(
    "remote_user", default: "root", "login on the machine that is backed up")
  package static let sshPort = Key.optional(
    "ssh_port", .number(1...65_535), default: "22", "port of its ssh server")
  package static let privateKey = Key.optional(
    "private_key", .path, "ssh key for that login")
  package static let sshOptions = Key.optional(
    "ssh_options", .words, "words handed to ssh, each as -o: KexAlgorithms=+...")
  package static let preexec = Key.optional(
    "preexec", .command, "command on that machine before the backup; exit 75 skips this run")
  package static let postexec = Key.optional(
    "postexec", .command, "command on that machine after the backup, whatever came of it")
  package static let preexecLocal = Key.optional(
    "preexec_local", .command, "command on the backup server before the backup; exit 75 skips")
  package static let postexecLocal = Key.optional(
    "postexec_local", .command, "command on the backup server after it, whatever came of it")
  package static let timeout = Key.optional(
    "timeout", .span(.seconds), "time a whole run may take"
  ).global()
  package static let connectTimeout = Key.optional(
    "connect_timeout", .span(.seconds), default: "15s", "time a connection may take"
  ).global()
  package static let idleTimeout = Key.optional(
    "idle_timeout", .span(.seconds), default: "10m",
    "time without data before a copy or a dump is given up"
  ).global()
  package static let hostKeyChecking = Key.optional(
    "host_key_checking", .choice(["accept-new", "yes", "no"]), default: "accept-new",
    "what ssh does with a host key it does not know"
  ).global()
  package static let manifest = Key.optional(
    "manifest", .flag, default: "yes",
    "record a checksum of every file, to find later what went bad on the disk"
  ).global()
}
