import TISBackupCore

/// What was seen of the manifest and the tables of a pool's database.
final class PoolTables {
  /// Tables that every pool has; what is in others is not looked at.
  private static let needed = ["VM", "VDI", "SR", "host", "pool"]
  /// Without these, XAPI restores nothing.
  private static let versions = ["schema_major_vsn", "schema_minor_vsn", "generation_count"]

  private enum Part: Equatable {
    case manifest
    /// A table by its name; nil for one that is not looked at.
    case table(String?)
    case unknown
  }

  /// Rows of the needed tables that are there.
  private(set) var rows: [String: Int] = [:]
  /// Rows of virtual machines that are no templates, snapshots or control domains.
  private(set) var machines = 0
  private let subject: String
  private var found: Set<String> = []
  private var hasRows = false
  private var lostApostrophes = false
  private var depth = 0
  private var part = Part.unknown

  init(subject: String) { self.subject = subject }

  func hear(_ event: XMLReader.Event) throws(BackupError) {
    switch event {
    case .start(let name, let attributes):
      depth += 1
      try begin(name, attributes)
    case .end:
      depth -= 1
    case .text(let text):
      // As when messages of a login get into what a program prints.
      guard text.allSatisfy(\.isWhitespace) else {
        throw BackupError(.unproven, .text(subject, text))
      }
    }
  }

  private func begin(_ name: String, _ attributes: [String: String]) throws(BackupError) {
    switch (depth, part) {
    case (1, _):
      guard name == "database" else { throw BackupError(.unproven, .foreign(subject, name)) }
    case (2, _):
      begin(part: name, attributes["name"])
    case (3, .manifest):
      if name == "pair", let key = attributes["key"], Self.versions.contains(key) {
        found.insert(key)
      }
    case (3, .table(let table)):
      if name == "row" { try count(attributes, in: table) }
    default: break
    }
  }

  private func begin(part name: String, _ table: String?) {
    switch name {
    case "manifest": part = .manifest
    case "table":
      let table = table.flatMap { Self.needed.contains($0) ? $0 : nil }
      if let table { found.insert(table) }
      part = .table(table)
    default: part = .unknown
    }
  }

  private func count(_ row: [String: String], in table: String?) throws(BackupError) {
    hasRows = true
    // Sets and maps are lists of words in apostrophes: `(('key'%.'value'))`, `%.` for a space.
    if let map = row["other_config"], map.count > 2, !map.contains("'") { lostApostrophes = true }
    guard let table else { return }
    guard row["ref"]?.isEmpty == false else {
      throw BackupError(.unproven, .noReference(subject, table))
    }
    rows[table, default: 0] += 1
    let others = ["is_a_template", "is_a_snapshot", "is_control_domain"]
    if table == "VM", !others.contains(where: { row[$0] == "true" }) { machines += 1 }
  }

  /// Whether what was seen is a database that a pool can be restored from.
  func check() throws(BackupError) {
    let missing = (Self.versions + Self.needed).filter { !found.contains($0) }
    guard missing.isEmpty else { throw BackupError(.unproven, .lacks(subject, missing)) }
    guard hasRows else { throw BackupError(.unproven, .minimal(subject), hint: .finishUpgrade) }
    for table in ["VM", "host"] where rows[table] == nil {
      throw BackupError(.unproven, .noRows(subject, table))
    }
    if lostApostrophes {
      throw BackupError(.unproven, .lostApostrophes(subject), hint: .takeAnother)
    }
  }
}

extension BackupError.Message {
  fileprivate static func foreign(_ subject: String, _ name: String) -> Self {
    "\(subject) is no database of a pool: it begins with <\(excerpt(name))>"
  }
  fileprivate static func text(_ subject: String, _ text: String) -> Self {
    "\(subject) holds text that is no part of a database: '\(excerpt(text))'"
  }
  fileprivate static func noReference(_ subject: String, _ table: String) -> Self {
    "\(subject) has a row without 'ref' in its table '\(table)'"
  }
  fileprivate static func lacks(_ subject: String, _ names: [String]) -> Self {
    let list = names.map { "'\($0)'" }.joined(separator: ", ")
    return "\(subject) is no whole database of a pool: it lacks \(list)"
  }
  fileprivate static func minimal(_ subject: String) -> Self {
    "\(subject) has empty tables only, as a pool sends in the middle of a rolling upgrade"
  }
  fileprivate static func noRows(_ subject: String, _ table: String) -> Self {
    "\(subject) is no database of a pool: its table '\(table)' is empty"
  }
  fileprivate static func lostApostrophes(_ subject: String) -> Self {
    "\(subject) has lost its apostrophes: XAPI restores no pool from it"
  }
  fileprivate static let finishUpgrade: Self = "Back the pool up when all its hosts are upgraded."
  fileprivate static let takeAnother: Self =
    "TISBackup took it through a terminal, which changed it. Take a new backup."

  private static func excerpt(_ text: String) -> String {
    let words = Terminal.clean(String(text.prefix(200))).split(whereSeparator: \.isWhitespace)
    return String(words.joined(separator: " ").prefix(60))
  }
}
