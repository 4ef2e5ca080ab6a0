import BackupProofs
import TISBackupCore

/// What a PostgreSQL server says of itself and its databases.
struct PostgreSQLSurvey: Sendable, Equatable {
  /// One database of the server.
  struct Database: Sendable, Equatable {
    var name: String
    var owner = ""
    var encoding = ""
    var collation = ""
    var characterType = ""
    /// Statements that give it its rights and settings again, in their order: only a dump that makes
    /// the database holds them, and then it can be loaded under no other name.
    var properties: [String] = []

    /// The statements that make the empty database, as its encoding and locale need it, with its
    /// rights and settings; of one that every server has, these alone.
    var definition: [String] {
      (name == PostgreSQLSurvey.initial ? [] : [creation]) + properties
    }

    private var creation: String {
      let identifier = Self.quote(name, "\"")
      guard !encoding.isEmpty else { return "CREATE DATABASE \(identifier);" }
      return "CREATE DATABASE \(identifier) OWNER \(Self.quote(owner, "\"")) TEMPLATE template0"
        + " ENCODING \(Self.quote(encoding, "'")) LC_COLLATE \(Self.quote(collation, "'"))"
        + " LC_CTYPE \(Self.quote(characterType, "'"));"
    }

    private static func quote(_ text: String, _ sign: Unicode.Scalar) -> String {
      "\(sign)\(text.doubling(sign))\(sign)"
    }
  }

  /// There from the start on every server.
  static let initial = "postgres"

  var version = ""
  /// Whether the login may read the password hashes of roles.
  var seesPasswords = false
  var databases: [Database] = []

  /// The statement that is asked.
  ///
  /// Names come as hexadecimal digits, for they may hold anything, and texts stand between dollars,
  /// so that quoting leaves the command readable. Templates, and what nobody may connect to, are
  /// the server's own.
  static let question = """
    SELECT $$server|$$ || current_setting($$server_version$$) || $$|$$ || \
    has_table_privilege($$pg_catalog.pg_authid$$, $$select$$) UNION ALL \
    SELECT $$database|$$ || concat_ws($$|$$, \
    encode(convert_to(datname::text, $$UTF8$$), $$hex$$), \
    encode(convert_to(pg_get_userbyid(datdba)::text, $$UTF8$$), $$hex$$), \
    pg_encoding_to_char(encoding), encode(convert_to(datcollate::text, $$UTF8$$), $$hex$$), \
    encode(convert_to(datctype::text, $$UTF8$$), $$hex$$)) \
    FROM pg_catalog.pg_database WHERE NOT datistemplate AND datallowconn UNION ALL \
    SELECT $$property|$$ || concat_ws($$|$$, \
    encode(convert_to(datname::text, $$UTF8$$), $$hex$$), place, \
    encode(convert_to(statement, $$UTF8$$), $$hex$$)) FROM (\(rights) UNION ALL \(settings)) AS p
    """

  /// Rights that are not the usual ones (`aclexplode` of the manual's "System Information
  /// Functions"): all are taken from everybody, then given.
  private static let rights = """
    SELECT datname, 1 AS place, \
    format($$REVOKE ALL ON DATABASE %I FROM PUBLIC;$$, datname) AS statement \
    FROM pg_catalog.pg_database WHERE datacl IS NOT NULL UNION ALL \
    SELECT datname, 2, format($$GRANT %s ON DATABASE %I TO %s%s;$$, privilege_type, datname, \
    CASE grantee WHEN 0 THEN $$PUBLIC$$ ELSE quote_ident(pg_get_userbyid(grantee)) END, \
    CASE WHEN is_grantable THEN $$ WITH GRANT OPTION$$ ELSE $$$$ END) \
    FROM pg_catalog.pg_database, aclexplode(datacl)
    """

  /// Settings of a database, and of roles in it.
  ///
  /// Lists are stored with their quotes, as `pg_dump` knows (`variable_is_guc_list_quote` of its
  /// `dumputils.c`).
  private static let settings = """
    SELECT datname, 3, format($$ALTER %s SET %I TO %s;$$, \
    CASE setrole WHEN 0 THEN format($$DATABASE %I$$, datname) \
    ELSE format($$ROLE %I IN DATABASE %I$$, pg_get_userbyid(setrole), datname) END, \
    split_part(c, $$=$$, 1), CASE WHEN lower(split_part(c, $$=$$, 1)) IN ($$search_path$$, \
    $$temp_tablespaces$$, $$local_preload_libraries$$, $$session_preload_libraries$$, \
    $$shared_preload_libraries$$, $$unix_socket_directories$$) \
    THEN substr(c, strpos(c, $$=$$) + 1) ELSE quote_literal(substr(c, strpos(c, $$=$$) + 1)) END) \
    FROM pg_catalog.pg_db_role_setting JOIN pg_catalog.pg_database ON pg_database.oid = setdatabase, \
    unnest(setconfig) AS c
    """

  /// Reads the answer of `psql` in unaligned rows without headers.
  init(answer: String, section: String) throws(BackupError) {
    var properties: [(name: String, place: String, statement: String)] = []
    for line in answer.split(whereSeparator: \.isNewline) {
      let columns = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      switch (columns[0], columns.count) {
      case ("server", 3): (version, seesPasswords) = (columns[1], columns[2].hasPrefix("t"))
      case ("database", 6):
        guard let name = HexText.decode(columns[1]), let owner = HexText.decode(columns[2]),
          let collation = HexText.decode(columns[4]), let type = HexText.decode(columns[5])
        else { throw BackupError(.driver, .unclear(section), hint: .quiet) }
        databases.append(
          Database(
            name: name, owner: owner, encoding: columns[3], collation: collation,
            characterType: type))
      case ("property", 4): properties.append((columns[1], columns[2], columns[3]))
      default: continue
      }
    }
    try add(properties.sorted { $0.place < $1.place }, section)
    guard !version.isEmpty else { throw BackupError(.driver, .unclear(section), hint: .quiet) }
  }
}

extension PostgreSQLSurvey {
  private mutating func add(
    _ properties: [(name: String, place: String, statement: String)], _ section: String
  ) throws(BackupError) {
    for property in properties {
      guard let name = HexText.decode(property.name),
        let statement = HexText.decode(property.statement)
      else { throw BackupError(.driver, .unclear(section), hint: .quiet) }
      guard let index = databases.firstIndex(where: { $0.name == name }) else { continue }
      databases[index].properties.append(statement)
    }
  }
}

extension BackupError.Message {
  fileprivate static func unclear(_ section: String) -> Self {
    "section [\(section)]: the database server's answer cannot be understood"
  }
  fileprivate static let quiet: Self =
    "Log in there by ssh and try 'psql --list' as the user that is to dump."
}
