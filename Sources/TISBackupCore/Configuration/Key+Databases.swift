extension Key {
  package static let dbName = Key.optional("db_name", "one database (all of them)")
  package static let dbInclude = Key.optional(
    "db_include", .names, "only databases with these names: shop,crm_* (all)"
  ).global()
  package static let dbExclude = Key.optional(
    "db_exclude", .names, "databases that are left out: test,tmp_* (none)"
  ).global()
  package static let dbUser = Key.required("db_user", "login of the database server")
  package static let dbPassword = Key.required("db_passwd", "its password").secret
  package static let pgUser = Key.optional(
    "db_user",
    "login of the database server (postgres, as root or by sudo; alone: as its .pgpass says)")
  package static let pgPassword = Key.optional("db_passwd", "its password").secret
  package static let dbHost = Key.optional(
    "db_host", .host, "where that machine finds the server; a path is its socket (local socket)")
  package static let dbPort = Key.optional(
    "db_port", .number(1...65_535), "port of the server, where it is not the usual one")
  package static let dbFormat = Key.optional(
    "db_format", .choice(["plain", "custom"]), default: "plain",
    "plain: SQL, compressed here; custom: as pg_restore has it, compressed there"
  ).global()
  package static let gzipLevel = Key.optional(
    "gzip_level", .number(1...9), default: "6", "how hard dumps are compressed"
  ).global()
  package static let encoding = Key.optional(
    "encoding", default: "UTF8", "character set of the dump")
  package static let sambaFolder = Key.optional(
    "root_dir_samba", .remotePath, default: "/var/lib/samba/",
    "folder there that has Samba's databases in 'private'")
}
