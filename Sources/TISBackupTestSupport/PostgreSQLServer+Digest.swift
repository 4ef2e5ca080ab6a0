import Foundation

extension PostgreSQLServer {
  /// All that a database holds as one text, the same on any server and under any name.
  ///
  /// Rows are told by their count and checksum, all else by its definition: materialized views too,
  /// for their rows are not in a dump. Owners and rights are left out.
  package func digest(of database: String) async throws -> String {
    try await sql(Self.preparations + Self.definitions + Self.contents, database: database)
  }

  /// All roles with what they may, their memberships and the hashes of their passwords.
  package func roles() async throws -> String {
    try await sql(
      """
      SELECT 'role', rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin,
        rolreplication, rolbypassrls, rolconnlimit, rolvaliduntil, rolpassword
        FROM pg_authid WHERE rolname !~ '^pg_' ORDER BY rolname;
      SELECT 'member', roleid::regrole, member::regrole, admin_option
        FROM pg_auth_members WHERE member::regrole::text !~ '^pg_' ORDER BY 2, 3;
      SELECT 'setting', d.datname, setrole::regrole, setconfig
        FROM pg_db_role_setting LEFT JOIN pg_database AS d ON d.oid = setdatabase ORDER BY 2, 3;
      """)
  }

  /// Names are told with their schemas, times in one zone.
  private static let preparations = """
    SET search_path = '';
    SET TimeZone = 'UTC';
    SET client_min_messages = warning;
    CREATE TEMPORARY VIEW own_schemas AS SELECT oid, nspname FROM pg_catalog.pg_namespace
      WHERE nspname !~ '^pg_' AND nspname <> 'information_schema';
    CREATE TEMPORARY VIEW found AS SELECT c.oid, c.relkind, c.relispopulated,
      pg_catalog.format('%I.%I', s.nspname, c.relname) COLLATE "C" AS name
      FROM pg_catalog.pg_class AS c JOIN pg_temp.own_schemas AS s ON s.oid = c.relnamespace;

    """

  private static let definitions = """
    SELECT 'database', pg_encoding_to_char(encoding), datcollate, datctype
      FROM pg_database WHERE datname = current_database();
    SELECT 'schema', nspname FROM pg_temp.own_schemas ORDER BY nspname;
    SELECT 'extension', extname, extversion FROM pg_extension ORDER BY extname;
    SELECT 'enum', s.nspname, t.typname, string_agg(quote_literal(e.enumlabel), ','
      ORDER BY e.enumsortorder) FROM pg_enum AS e JOIN pg_type AS t ON t.oid = e.enumtypid
      JOIN pg_temp.own_schemas AS s ON s.oid = t.typnamespace GROUP BY 2, 3 ORDER BY 2, 3;
    SELECT 'domain', s.nspname, t.typname, format_type(t.typbasetype, t.typtypmod), t.typnotnull,
      t.typdefault FROM pg_type AS t JOIN pg_temp.own_schemas AS s ON s.oid = t.typnamespace
      WHERE t.typtype = 'd' ORDER BY 2, 3;
    SELECT 'column', f.name, f.relkind, a.attname, format_type(a.atttypid, a.atttypmod),
      a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid)
      FROM pg_temp.found AS f JOIN pg_attribute AS a ON a.attrelid = f.oid
      LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE f.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY f.name, a.attnum;
    SELECT 'constraint', s.nspname, c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)
      FROM pg_constraint AS c JOIN pg_temp.own_schemas AS s ON s.oid = c.connamespace
      ORDER BY 2, c.conrelid::regclass::text COLLATE "C", 4;
    SELECT 'index', pg_get_indexdef(oid) FROM pg_temp.found WHERE relkind IN ('i', 'I')
      ORDER BY name;
    SELECT 'view', name, relkind, relispopulated, pg_get_viewdef(oid) FROM pg_temp.found
      WHERE relkind IN ('v', 'm') ORDER BY name;
    SELECT 'function', pg_get_functiondef(p.oid) FROM pg_proc AS p
      JOIN pg_temp.own_schemas AS s ON s.oid = p.pronamespace WHERE p.prokind <> 'a'
      ORDER BY p.oid::regprocedure::text COLLATE "C";
    SELECT 'trigger', t.tgenabled, pg_get_triggerdef(t.oid) FROM pg_trigger AS t
      JOIN pg_temp.found AS f ON f.oid = t.tgrelid WHERE NOT t.tgisinternal
      ORDER BY f.name, t.tgname;
    SELECT 'partition', f.name, i.inhparent::regclass, pg_get_expr(c.relpartbound, c.oid)
      FROM pg_inherits AS i JOIN pg_temp.found AS f ON f.oid = i.inhrelid
      JOIN pg_class AS c ON c.oid = f.oid WHERE f.relkind = 'r' ORDER BY f.name;
    SELECT 'comment', f.name, d.objsubid, d.description FROM pg_description AS d
      JOIN pg_temp.found AS f ON f.oid = d.objoid AND d.classoid = 'pg_class'::regclass
      ORDER BY f.name, d.objsubid;

    """

  private static let contents = """
    SELECT format('SELECT ''sequence'', %L, last_value, is_called, seqtypid::regtype, seqstart,
      seqincrement, seqmax, seqmin, seqcache, seqcycle FROM %s, pg_sequence WHERE seqrelid = %s',
      name, name, oid)
      FROM pg_temp.found WHERE relkind = 'S' ORDER BY name \\gexec
    SELECT format('SELECT ''rows'', %L, count(*), md5(string_agg(md5(whole::text), ''''
      ORDER BY md5(whole::text) COLLATE "C")) FROM %s AS whole', name, name)
      FROM pg_temp.found WHERE relkind = 'r' ORDER BY name \\gexec
    SELECT 'large object', loid, md5(string_agg(data, ''::bytea ORDER BY pageno))
      FROM pg_largeobject GROUP BY loid ORDER BY loid;
    """
}
