import Foundation

extension PostgreSQLServer {
  /// Makes a database with something of everything: schemas, kinds of columns, partitions, views,
  /// functions, triggers, sequences and a large object.
  package func sample(_ database: String) async throws {
    try await sql("CREATE DATABASE \(Self.identifier(database));")
    try await sql(Self.tables + Self.programs, database: database)
  }

  /// Adds a table `big` of `rows` rows, each of about 1 kB, to a database that need not be there.
  package func fill(_ database: String, rows: Int) async throws {
    try await sql(
      """
      SELECT 'CREATE DATABASE ' || quote_ident(\(Self.literal(database))) WHERE NOT EXISTS
        (SELECT FROM pg_database WHERE datname = \(Self.literal(database))) \\gexec
      """)
    try await sql(
      """
      SET client_min_messages = warning;
      CREATE TABLE IF NOT EXISTS big (id serial PRIMARY KEY, text text NOT NULL);
      INSERT INTO big (text)
        SELECT repeat(md5(number::text), 32) FROM generate_series(1, \(rows)) AS number;
      """, database: database)
  }

  private static let everyByte = (0...255).map { String(format: "%02x", $0) }.joined()

  private static let tables = """
    CREATE TYPE kind AS ENUM ('person', 'it''s a firm');
    CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
    CREATE TABLE customers (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE, note text,
      born date, seen timestamptz, balance numeric(20, 4), ratio double precision, kind kind,
      tags text[], papers jsonb, size positive,
      loud text GENERATED ALWAYS AS (upper(name)) STORED);
    INSERT INTO customers (name, note, born, seen, balance, ratio, kind, tags, papers, size) VALUES
      ('Ada', E'quotes '' " ` \\\\ % \\n \\\\. \\n tab \\t end', '1815-12-10',
        '2001-02-03 04:05:06.789012+00', 12345678901234.5678, 0.1, 'person', '{a,"b c",NULL}',
        '{"a": [1, null]}', 1),
      ('Čapek 🚀', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
      ('', '', 'infinity', '-infinity', 'NaN', 'NaN', 'it''s a firm', '{}', '[]', 2);
    CREATE INDEX of_kind ON customers (kind) WHERE size > 1;
    COMMENT ON TABLE customers IS 'those who pay';
    CREATE TABLE orders (
      id bigserial PRIMARY KEY, customer integer NOT NULL REFERENCES customers ON DELETE CASCADE,
      text varchar(50));
    INSERT INTO orders (customer, text)
      SELECT 1 + number % 3, 'order ' || number FROM generate_series(1, 200) AS number;
    CREATE TABLE files (id integer PRIMARY KEY, data bytea);
    INSERT INTO files VALUES (1, '\\x\(everyByte)'), (2, ''), (3, NULL),
      (4, decode(repeat('\(everyByte)', 400), 'hex'));
    CREATE TABLE events (id integer, year integer) PARTITION BY RANGE (year);
    CREATE TABLE events_past PARTITION OF events FOR VALUES FROM (MINVALUE) TO (2000);
    CREATE TABLE events_now PARTITION OF events FOR VALUES FROM (2000) TO (MAXVALUE);
    INSERT INTO events SELECT number, 1950 + number FROM generate_series(1, 100) AS number;
    CREATE SCHEMA "we ird;""$chema";
    CREATE TABLE "we ird;""$chema"."Tä;ble" ("co""l" integer);
    INSERT INTO "we ird;""$chema"."Tä;ble" VALUES (1);
    CREATE TABLE nothing (id integer PRIMARY KEY);
    CREATE SEQUENCE numbers START WITH 100 INCREMENT BY 5;
    DO 'BEGIN PERFORM nextval(''numbers''); END';
    DO $do$ BEGIN PERFORM lo_from_bytea(4711, '\\x\(everyByte)'); END $do$;
    -- Who may read all data may not read these.
    GRANT SELECT ON LARGE OBJECT 4711 TO PUBLIC;

    """

  private static let programs = """
    CREATE VIEW rich AS SELECT id, name FROM customers WHERE balance > 0;
    CREATE MATERIALIZED VIEW how_many AS SELECT count(*) AS many FROM orders;
    CREATE TABLE changes (id serial PRIMARY KEY, what text);
    CREATE FUNCTION after_order() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      -- A comment; with a semicolon.
      INSERT INTO changes (what) VALUES ('order ' || NEW.id || ' 🚀');
      RETURN NULL;
    END $$;
    CREATE TRIGGER after_order AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION after_order();
    CREATE FUNCTION doubled(number integer) RETURNS integer LANGUAGE sql IMMUTABLE
      AS 'SELECT 2 * number';
    CREATE PROCEDURE add_order(words text) LANGUAGE sql
      AS 'INSERT INTO orders (customer, text) VALUES (1, words)';
    SET search_path = public;
    CALL add_order('by a procedure');
    """
}
