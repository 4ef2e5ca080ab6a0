extension Key {
  package static let sqlDatabase = Key.required("db_name", "the database")
  /// See ``Section/login``.
  package static let windowsLogin = Key.optional(
    "username", default: "Administrateur",
    "login on that machine; without it remote_user counts, where that is given")
  package static let sqlFolder = Key.optional(
    "remote_backup_dir", .remotePath, default: "c:/WINDOWS/Temp/",
    "folder there that takes the backup until it is here; the server's service writes into it")
  package static let sqlBefore2005 = Key.optional(
    "sqlserver_before_2005", .flag, default: "no", "use osql instead of sqlcmd")
  package static let sqlInstance = Key.optional(
    "db_server_name", default: "localhost", "instance of the server")
  package static let sqlUser = Key.optional(
    "db_user", "login of the database server (the Windows login: a trusted connection)")
  package static let sqlPassword = Key.optional("db_password", "its password").secret
}
