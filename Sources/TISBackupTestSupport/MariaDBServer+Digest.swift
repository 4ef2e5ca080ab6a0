import Foundation

extension MariaDBServer {
  /// All that a database holds as one text, the same on any server and under any name.
  ///
  /// Rows are told by their count and checksum, all else by its definition. Who made what is left
  /// out, and when.
  package func digest(of database: String) async throws -> String {
    let questions = try await sql(Self.questions, database: database)
    let answers = try await sql(questions, database: database)
    return answers.split(separator: "\n").map { line in
      let words = line.split(separator: "\t", omittingEmptySubsequences: false)
      // The last word on a trigger is when it was made.
      let isTrigger = words.count == 7 && words[2].contains(" TRIGGER ")
      return (isTrigger ? words.dropLast() : words[...]).joined(separator: "\t")
    }
    .joined(separator: "\n")
    .replacing(/\ DEFINER=`[^`]*`@`[^`]*`/, with: "")
    .replacing("\n\(database).", with: "\n")
  }

  /// Asks for the statements that tell what there is, one a line: what `information_schema` itself
  /// says of a body lacks the letters of four bytes.
  private static let questions = """
    SELECT question FROM (
      SELECT 0 AS part, '' AS name, concat('SELECT ''database'', ''',
        default_character_set_name, ''', ''', default_collation_name, ''';') AS question
        FROM information_schema.schemata WHERE schema_name = DATABASE()
      UNION ALL SELECT 1, table_name, concat('SHOW CREATE TABLE ', \(quoted("table_name")), ';',
        CASE table_type WHEN 'VIEW' THEN ''
        WHEN 'SEQUENCE' THEN concat(' SELECT ''next'', next_not_cached_value, cycle_count FROM ',
          \(quoted("table_name")), ';')
        ELSE concat(' SELECT ''rows'', count(*) FROM ', \(quoted("table_name")),
          '; CHECKSUM TABLE ', \(quoted("table_name")), ';') END)
        FROM information_schema.tables WHERE table_schema = DATABASE()
      UNION ALL SELECT 2, trigger_name, concat('SHOW CREATE TRIGGER ', \(quoted("trigger_name")),
        '; SELECT ''order'', ', action_order, ';')
        FROM information_schema.triggers WHERE trigger_schema = DATABASE()
      UNION ALL SELECT 3, routine_name, concat('SHOW CREATE ', routine_type, ' ',
        \(quoted("routine_name")), ';')
        FROM information_schema.routines WHERE routine_schema = DATABASE()
      UNION ALL SELECT 4, event_name, concat('SHOW CREATE EVENT ', \(quoted("event_name")), ';')
        FROM information_schema.events WHERE event_schema = DATABASE()) AS questions
    ORDER BY part, name, question;
    """

  private static func quoted(_ column: String) -> String {
    "concat('`', replace(\(column), '`', '``'), '`')"
  }
}
