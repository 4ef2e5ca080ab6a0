extension BackupType {
  package static let mysqlSSH = BackupType(
    name: "mysql+ssh", summary: "MySQL and MariaDB databases, dumped over ssh",
    keys: [
      .privateKey.required, .dbUser, .dbPassword, .dbName, .dbInclude, .dbExclude, .dbHost, .dbPort,
      .gzipLevel,
    ],
    artifact: .folder)

  package static let pgsqlSSH = BackupType(
    name: "pgsql+ssh", summary: "PostgreSQL databases, dumped over ssh",
    keys: [
      .privateKey.required, .dbName, .dbInclude, .dbExclude, .pgUser, .pgPassword, .dbHost, .dbPort,
      .dbFormat, .gzipLevel, .encoding,
      .optional(
        "tmp_dir", .remotePath, "TISBackup's folder for dumps there; ours leaves nothing there"),
    ],
    artifact: .folder)

  package static let samba4 = BackupType(
    name: "samba4", summary: "the databases of a Samba domain controller",
    keys: [.privateKey.required, .sambaFolder, .gzipLevel],
    artifact: .folder)

  package static let sqlserverSSH = BackupType(
    name: "sqlserver+ssh", summary: "a Microsoft SQL Server database, over ssh",
    keys: [
      .privateKey.required, .sqlDatabase, .windowsLogin, .sqlFolder, .sqlBefore2005, .sqlInstance,
      .sqlUser, .sqlPassword, .gzipLevel,
    ],
    artifact: .file(prefix: .any, suffixes: [".bak.gz"]))
}
