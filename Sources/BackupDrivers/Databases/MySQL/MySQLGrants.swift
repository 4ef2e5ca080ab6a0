import TISBackupCore

/// The rights of a login, as `SHOW GRANTS` tells them.
///
/// `mysqldump` says nothing of what its login may not see: without TRIGGER a dump has no triggers,
/// without SELECT it lacks tables, without EVENT nobody knows of events, and it ends well, marker
/// and all.
struct MySQLGrants: Sendable, Equatable {
  private struct Grant: Sendable, Equatable {
    var privileges: Set<String>
    /// Nil for all databases; else a name in which `%` and `_` are wildcards.
    var database: String?
    /// `*`, or the name of one table.
    var object: String
  }

  private var grants: [Grant] = []
  /// MySQL does not tell what a role allows: then nothing can be said.
  private var hasRoles = false

  init() {}

  /// Takes one line: ``GRANT SELECT, TRIGGER ON `db`.* TO `u`@`h` ...``.
  mutating func add(_ line: String) {
    guard let on = line.range(of: " ON ", before: " TO ") else {
      hasRoles = true
      return
    }
    let privileges = line[..<on.lowerBound].trimmingPrefix("GRANT ")
      .split(separator: ",").map { $0.filter { $0 != " " } }
    var scanner = IdentifierScanner(line[on.upperBound...])
    guard let database = scanner.next(), scanner.skip("."), let object = scanner.next() else {
      return
    }
    grants.append(
      Grant(
        privileges: Set(privileges), database: database == "*" ? nil : database, object: object))
  }

  /// What a complete dump of a database needs and the login lacks; empty when nothing is missing,
  /// or when nobody can tell.
  func missing(for database: String) -> [String] {
    guard !hasRoles else { return [] }
    var missing = ["SELECT", "TRIGGER", "EVENT"].filter { !has($0, on: database) }
    if !seesRoutines(of: database) { missing.append("SELECT on mysql.proc (or SHOW_ROUTINE)") }
    return missing
  }

  private func has(_ privilege: String, on database: String) -> Bool {
    grants.contains { grant in
      grant.object == "*" && (grant.database.map { Self.matches($0, database) } ?? true)
        && !grant.privileges.isDisjoint(with: [privilege, "ALLPRIVILEGES"])
    }
  }

  /// Routines are shown to who may read the table they are kept in, or holds one of the rights that
  /// come with them; of MariaDB also SHOW CREATE ROUTINE, of MySQL SHOW_ROUTINE.
  private func seesRoutines(of database: String) -> Bool {
    let readsTable = grants.contains { grant in
      !grant.privileges.isDisjoint(with: ["SELECT", "ALLPRIVILEGES"])
        && (grant.database == nil
          || (grant.database == "mysql" && ["*", "proc"].contains(grant.object)))
    }
    return readsTable
      || ["SHOW_ROUTINE", "SHOWCREATEROUTINE", "ALTERROUTINE", "CREATEROUTINE", "EXECUTE"]
        .contains { has($0, on: database) }
  }

  /// `LIKE` as grants have it: `%` is anything, `_` one sign, a backslash takes their meaning.
  private static func matches(_ pattern: String, _ name: String) -> Bool {
    var glob = ""
    var isEscaped = false
    for sign in pattern {
      switch sign {
      case "\\" where !isEscaped:
        isEscaped = true
        continue
      case "%" where !isEscaped: glob += "*"
      case "_" where !isEscaped: glob += "?"
      case "*", "?", "[", "\\": glob += "\\\(sign)"
      default: glob.append(sign)
      }
      isEscaped = false
    }
    return Glob(glob).matches(name)
  }
}

/// Reads `*` and names between backquotes, where a doubled one is one sign.
private struct IdentifierScanner {
  // Sign by sign as the server reads it: to Swift, a quote with an accent on it is one character.
  private var rest: Substring.UnicodeScalarView

  init(_ text: Substring) { rest = text.unicodeScalars }

  mutating func skip(_ sign: Unicode.Scalar) -> Bool {
    guard rest.first == sign else { return false }
    rest.removeFirst()
    return true
  }

  mutating func next() -> String? {
    if skip("*") { return "*" }
    guard skip("`") else { return nil }
    var name = String.UnicodeScalarView()
    while let sign = rest.popFirst() {
      if sign == "`" && !skip("`") { return String(name) }
      name.append(sign)
    }
    return nil
  }
}

extension String {
  /// The first place of a text that stands before another one; nil when that is not so.
  fileprivate func range(of text: String, before other: String) -> Range<Index>? {
    guard let range = firstRange(of: text), self[range.upperBound...].contains(other) else {
      return nil
    }
    return range
  }
}
