import BackupProofs
import OutsideWorld
import TISBackupCore

/// Lets a Microsoft SQL Server write a backup of one database into a file there, and fetches that over
/// ssh into a gzip file here.
///
/// Only the server's service can write it, so it has to be a file of that machine for a while; it is
/// gone when the script ends, whatever ends it. As for TISBackup, the login needs a POSIX shell.
package struct SQLServerSSH: BackupDriver {
  package static let type = BackupType.sqlserverSSH

  private let server: DatabaseServer
  private let client: SQLServerClient
  private let database: String
  private let file: SQLServerFile

  package init(_ section: Section) throws(BackupError) {
    server = try DatabaseServer(
      section, failure: SQLServerFailure.hint, install: SQLServerFailure.install)
    client = try SQLServerClient(section)
    database = try section.require(.sqlDatabase)
    file = SQLServerFile(section)
  }

  package func artifactName(for date: String) -> String {
    "\(DumpFileName.escape(database))-\(date)\(DumpFormat.sqlserver.suffix)"
  }

  package func backUp(into workspace: Workspace, using world: World) async throws(BackupError)
    -> Outcome
  {
    let dump = DatabaseDump(
      subject: database, invocation: fetch, fileName: workspace.date, format: .sqlserver)
    let content = try await workspace.retrying(server.section, using: world) {
      () throws(BackupError) in
      try await dump.run(to: workspace.partial, in: workspace, on: server, using: world)
    }
    var outcome = Outcome(.ok)
    outcome.log =
      "'\(database)': \(ByteCount(content.edges.count)) in \(ByteCount(content.fileBytes))"
    (outcome.files, outcome.writtenFiles) = (1, 1)
    (outcome.bytes, outcome.writtenBytes) = (content.fileBytes, content.fileBytes)
    outcome.transferredBytes = content.edges.count
    return outcome
  }

  package func preview(into workspace: Workspace) -> [Invocation] { [fetch] }

  package func testConnection(using world: World) async throws(BackupError) -> [String] {
    let question = TransactSQL.question(database, before2005: client.isBefore2005)
    let words = SQLServerScript.look(in: file.folder, asking: question, client)
    let answer = try await server.ask(invocation(words), "its databases", world, nil)
    let found = try SQLServerSurvey(answer: answer, database: database, section: server.section)
    return [
      "logged in; the server is Microsoft SQL Server \(found.version)",
      "would back up '\(database)' by way of '\(file.path)'",
    ]
  }

  private var fetch: Invocation {
    let backup = TransactSQL.backup(database, to: file.path, before2005: client.isBefore2005)
    // CHECKSUM, without which it tells little, is of 2005.
    let verification = client.isBefore2005 ? nil : TransactSQL.verification(of: file.path)
    return invocation(SQLServerScript.fetch(file.path, backup, verification, client))
  }

  private func invocation(_ words: [String]) -> Invocation {
    var invocation = server.invocation(words)
    invocation.input = client.input
    return invocation
  }
}
