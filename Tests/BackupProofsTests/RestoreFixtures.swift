import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupProofs

/// Dumps of real servers, made once for all tests.
enum RestoreFixtures {
  static let world = World.live { _ in }

  /// mysqldump of a database with everything mysqldump knows: 3 tables, 6 rows.
  static func mariaDB() async throws -> String { try await mariaDBDump.value }

  /// The dumps of a PostgreSQL server.
  struct PostgreSQL: Sendable {
    /// pg_dump of a database with 5 tables, 5 rows.
    var plain: String
    var custom: Data
    var globals: String
  }

  static func postgreSQL() async throws -> PostgreSQL { try await postgreSQLDumps.value }

  /// Writes a dump as a backup has it; gives its path.
  static func compress(_ text: String, to name: String) async throws -> String {
    let path = "\(ScratchDirectory.path)/\(name)"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try await program(["gzip", path]).status == 0)
    return path + ".gz"
  }

  /// Command lines of processes that have something to do with this test's folder.
  static func processes() -> [String] {
    names("/proc").compactMap { name in
      guard Int(name) != nil,
        let data = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
      else { return nil }
      let line = String(decoding: data, as: UTF8.self)
      return line.contains(ScratchDirectory.path) ? line : nil
    }
  }

  private static let mariaDBDump = Task {
    try await inFolder { folder in
      try await ScratchMariaDB.running(in: folder, programs: .live(), using: world) {
        (server) async throws(BackupError) in
        try await server.answer(mariaDBSource)
        return try await dump([
          "mysqldump", "--no-defaults", "--socket=\(server.socket)", "--user=root",
          "--single-transaction", "--routines", "--events", "--triggers", "--hex-blob",
          "--default-character-set=utf8mb4", "shop",
        ])
      }
    }
  }

  private static let postgreSQLDumps = Task {
    try await inFolder { folder in
      try await ScratchPostgreSQL.running(in: folder, programs: .live(), using: world) {
        (server) async throws(BackupError) in
        let path = "\(folder)/source.sql"
        do { try write(postgreSQLSource, to: path) } catch {
          throw BackupError(.storage, "\(error)")
        }
        let connection = ["--host=\(server.folder)", "--username=tisbackup_restore"]
        let psql = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", path]
        _ = try await dump(psql + connection + ["postgres"])
        _ = try await dump(
          ["pg_dump", "-Fc", "--file=\(folder)/shop.dump"] + connection + ["shop"])
        return PostgreSQL(
          plain: try await dump(["pg_dump"] + connection + ["shop"]),
          custom: FileManager.default.contents(atPath: "\(folder)/shop.dump") ?? Data(),
          globals: try await dump(["pg_dumpall", "--globals-only"] + connection))
      }
    }
  }

  private static func dump(_ line: [String]) async throws(BackupError) -> String {
    do {
      let result = try await program(line)
      guard result.status == 0 else { throw BackupError(.driver, "\(result.stderr)") }
      return result.stdout
    } catch {
      throw BackupError(.driver, "\(error)")
    }
  }

  /// A folder of the fixture's own: that of the test which came first goes with that test.
  private static func inFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value
  {
    let folder = NSTemporaryDirectory() + "tisbackup-\(UUID().uuidString)"
    try makeFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
  }

  private static let mariaDBSource = #"""
    CREATE DATABASE shop;
    CREATE USER clerk@localhost;
    GRANT ALL ON shop.* TO clerk@localhost;
    USE shop;
    CREATE TABLE article (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(200), picture BLOB);
    CREATE TABLE log (line TEXT) WITH SYSTEM VERSIONING;
    CREATE TABLE `odd ``name` (a INT, b INT AS (a + 1) PERSISTENT) COMMENT 'two
    CREATE TABLE lines';
    CREATE SEQUENCE numbers;
    INSERT INTO article (name, picture) VALUES ('äö', 0x000d0aff), ('x
    \\! touch evil
    CREATE TABLE none
    system touch evil', NULL), ('DELIMITER ;;', '');
    INSERT INTO log VALUES ('one');
    INSERT INTO `odd ``name` (a) VALUES (1), (2);
    CREATE DEFINER=clerk@localhost VIEW names AS SELECT name FROM article;
    CREATE DEFINER=clerk@localhost VIEW short_names AS SELECT name FROM names LIMIT 1;
    CREATE TRIGGER noted AFTER INSERT ON article FOR EACH ROW INSERT INTO log VALUES (NEW.name);
    CREATE EVENT every_second ON SCHEDULE EVERY 1 SECOND DO INSERT INTO log VALUES ('event');
    DELIMITER ;;
    CREATE DEFINER=clerk@localhost PROCEDURE make()
    BEGIN
    CREATE TABLE never (a INT);
    END;;
    DELIMITER ;

    """#

  private static let postgreSQLSource = #"""
    CREATE ROLE clerk;
    CREATE ROLE reader;
    CREATE DATABASE shop TEMPLATE template0 ENCODING 'UTF8';
    \connect shop
    CREATE SCHEMA "odd "" schema";
    CREATE TABLE article (id serial PRIMARY KEY, name text, picture bytea);
    ALTER TABLE article OWNER TO clerk;
    GRANT SELECT ON article TO reader;
    CREATE UNLOGGED TABLE "odd "" schema"."odd ' table" (a int);
    CREATE TABLE visit (day date, visitor text) PARTITION BY RANGE (day);
    CREATE TABLE visit_1 PARTITION OF visit FOR VALUES FROM ('2026-01-01') TO ('2026-07-01');
    CREATE TABLE visit_2 PARTITION OF visit FOR VALUES FROM ('2026-07-01') TO ('2027-01-01');
    INSERT INTO article (name, picture) VALUES ('äö', '\x000d0aff'), (E'x\n\\.\n\\! touch evil', NULL);
    INSERT INTO visit VALUES ('2026-02-01', 'a'), ('2026-08-01', 'b'), ('2026-08-02', '$$');
    CREATE VIEW names AS SELECT name || E'it''s\n\\! touch evil\nCREATE TABLE x (a int);\n' FROM article;
    COMMENT ON TABLE article IS E'one\nCREATE TABLE never (a int);\nCOPY x FROM stdin;\n\\o''\\';
    CREATE FUNCTION make() RETURNS void LANGUAGE plpgsql AS $body$
    BEGIN
    CREATE TABLE never (a int);
    EXECUTE $$
    CREATE TABLE never (a int);
    COPY never FROM stdin;
    $$;
    END $body$;
    CREATE FUNCTION one() RETURNS int BEGIN ATOMIC
    SELECT 1;
    END;
    CREATE TRIGGER noted BEFORE UPDATE ON article FOR EACH ROW
    EXECUTE FUNCTION suppress_redundant_updates_trigger();
    CREATE MATERIALIZED VIEW days AS SELECT DISTINCT day FROM visit;

    """#
}
