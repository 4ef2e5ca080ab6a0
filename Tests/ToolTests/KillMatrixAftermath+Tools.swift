import Foundation
import TISBackupTestSupport
import Testing

/// The catalog, and whether all who tell of it tell the same.
extension KillMatrixAftermath {
  /// The reader is asked first, for the others may mend what it meets.
  mutating func askTools() async throws {
    let journal = "\(site.server.catalog)-journal"
    let hasJournal = (try? bytes(journal))?.contains { $0 != 0 } ?? false
    if hasJournal { phase.insert("journal") }
    let first = try await check("backup")
    // Only a writer may roll it back; the check says who is to.
    let isTold = first.status == 3 && first.stdout.contains("journal: run tisbackup-status")
    if isTold && !hasJournal { complaints.append("no journal is there: \(first.stdout)") }
    let status = try await site.server.tool("tisbackup-status", "--json")
    try await readRows()
    guard let rows else {
      if first.status != 3 || status.status != 3 {
        complaints.append("without a catalog: \(first.stdout)\(status.stdout)")
      }
      return
    }
    compare(isTold ? try await check("backup") : first, with: rows, type: "BACKUP")
    compare(status, with: rows)
    if exists("\(site.template)/disk/\(site.sections[0])") {
      compare(try await check("export"), with: rows, type: "EXPORT")
    }
  }

  /// As the user that Nagios is, who may only read.
  private func check(_ type: String) async throws -> ToolResult {
    let user =
      getuid() == 0 ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] : []
    return try await program(
      user + [
        toolPath("check_tisbackup"), "-f", site.server.ini, "-o", "json", "--type", type,
      ])
  }

  mutating func readRows() async throws {
    guard exists(site.server.catalog) else { return }
    let result = try await program(
      ["sqlite3", "-batch", "-cmd", ".timeout 30000", site.server.catalog],
      input: "PRAGMA integrity_check;\n\(KillMatrixRow.query)")
    let lines = result.stdout.split(separator: "\n")
    if lines.first != "ok" { complaints.append("integrity: \(result.stdout)\(result.stderr)") }
    guard !result.stderr.contains("no such table: stats") else { return }
    rows = try JSONDecoder().decode([KillMatrixRow].self, from: Data((lines.last ?? "").utf8))
  }

  private mutating func compare(
    _ check: ToolResult, with rows: [KillMatrixRow], type: String
  ) {
    guard let told = try? JSONDecoder().decode(KillMatrixCheck.self, from: Data(check.stdout.utf8))
    else {
      complaints.append("the check of \(type) answers \(check.stdout)\(check.stderr)")
      return
    }
    let states = ["OK", "WARNING", "CRITICAL"]
    let verdicts = site.sections.map { KillMatrixVerdict($0, type: type, in: rows) }
    let worst = verdicts.compactMap { states.firstIndex(of: $0.state) }.max() ?? 0
    if told.state != states[worst] || Int(check.status) != worst {
      complaints.append("the whole is \(states[worst]), and the check says \(told.state)")
    }
    complaints += verdicts.flatMap { verdict in
      verdict.complaints(about: told.sections.first { $0.name == verdict.section })
    }
  }

  /// The table for people must tell the same story.
  private mutating func compare(_ status: ToolResult, with rows: [KillMatrixRow]) {
    guard
      let told = try? JSONDecoder().decode([KillMatrixStatus].self, from: Data(status.stdout.utf8))
    else {
      complaints.append("the status is \(status.stdout)\(status.stderr)")
      return
    }
    let wanted = rows.map { row in
      let word = row.status == "Running" ? "died" : row.status
      return "\(row.section) \(row.type) \(word) \(row.location ?? "")"
    }
    let found = told.map { "\($0.section) \($0.type) \($0.status) \($0.location ?? "")" }
    if wanted.sorted() != found.sorted() {
      complaints.append("the status tells \(found), and the catalog \(wanted)")
    }
  }
}
