import BackupProofs
import OutsideWorld
import TISBackupCore

/// Dumps the databases of a PostgreSQL server over ssh, and its roles beside them.
///
/// Nothing is stored on that machine, and a password goes there by standard input alone.
package struct PostgreSQLSSH: BackupDriver {
  package static let type = BackupType.pgsqlSSH

  private let server: DatabaseServer
  private let login: PostgreSQLLogin
  private let selection: DatabaseSelection
  private let encoding: String
  private let isCustom: Bool

  package init(_ section: Section) throws(BackupError) {
    server = try DatabaseServer(section, failure: PostgreSQLFailure.hint)
    login = try PostgreSQLLogin(section)
    selection = try DatabaseSelection(section)
    encoding = section.text(.encoding) ?? "UTF8"
    isCustom = section.text(.dbFormat)?.lowercased() == "custom"
  }

  package func backUp(into workspace: Workspace, using world: World) async throws(BackupError)
    -> Outcome
  {
    let folder = DumpFolder(workspace, server)
    try folder.clear()
    let survey = try await survey(world, workspace)
    let chosen = try choose(survey)
    try folder.write(chosen.flatMap(\.definition), named: DumpFolder.definitionsName)
    let dumps =
      [dumpGlobals(survey.seesPasswords, workspace)] + chosen.map { dump($0.name, workspace) }
    return try await folder.fill(dumps, lacking: lacking(survey), using: world)
  }

  package func preview(into workspace: Workspace) -> [Invocation] {
    [
      query, dumpGlobals(true, workspace).invocation,
      dump(selection.only ?? "EACH-DATABASE", workspace).invocation,
    ]
  }

  package func testConnection(using world: World) async throws(BackupError) -> [String] {
    let version = try await server.ask(
      server.invocation(login.words("pg_dump", ["--version"])), "pg_dump", world, nil)
    let survey = try await survey(world, nil)
    let chosen = try choose(survey)
    return [
      "logged in; \(version.split(whereSeparator: \.isNewline).last ?? "pg_dump")",
      "the server is PostgreSQL \(survey.version)",
      "would dump \(chosen.map { "'\($0.name)'" }.joined(separator: ", ")), and the roles",
    ] + lacking(survey).map { "dumps would not be complete: \($0)" }
  }

  private func survey(_ world: World, _ workspace: Workspace?) async throws(BackupError)
    -> PostgreSQLSurvey
  {
    let answer = try await server.ask(query, "its databases", world, workspace)
    return try PostgreSQLSurvey(answer: answer, section: server.section)
  }

  private func choose(_ survey: PostgreSQLSurvey) throws(BackupError)
    -> [PostgreSQLSurvey.Database]
  {
    let names = try selection.choose(from: survey.databases.map(\.name), system: [])
    let byName = Dictionary(survey.databases.map { ($0.name, $0) }) { first, _ in first }
    return names.compactMap { byName[$0] }
  }

  /// What the dumps will not hold although they end well.
  private func lacking(_ survey: PostgreSQLSurvey) -> [String] {
    survey.seesPasswords
      ? [] : ["db_user may not read pg_authid, so the roles come without their passwords"]
  }

  private var query: Invocation {
    invocation(
      "psql",
      [
        "--no-psqlrc", "--quiet", "--no-align", "--tuples-only",
        PostgreSQLLogin.database(selection.only ?? PostgreSQLSurvey.initial),
        "--command=\(PostgreSQLSurvey.question)",
      ])
  }

  private func dumpGlobals(_ hasPasswords: Bool, _ workspace: Workspace) -> DatabaseDump {
    let arguments = ["--globals-only"] + (hasPasswords ? [] : ["--no-role-passwords"])
    return DatabaseDump(
      subject: "roles", invocation: invocation("pg_dumpall", arguments),
      fileName: "\(DumpFileName.globals)-\(workspace.date)\(DumpFormat.postgresqlGlobals.suffix)",
      format: .postgresqlGlobals)
  }

  private func dump(_ database: String, _ workspace: Workspace) -> DatabaseDump {
    let format: DumpFormat = isCustom ? .postgresqlCustom : .postgresql
    let name = "\(DumpFileName.escape(database, reserved: DumpFileName.globals))-\(workspace.date)"
    let arguments =
      ["--encoding=\(encoding)", isCustom ? "--format=custom" : "--format=plain"]
      + (isCustom ? ["--compress=\(server.level)"] : [])
    return DatabaseDump(
      subject: database,
      invocation: invocation("pg_dump", arguments + [PostgreSQLLogin.database(database)]),
      fileName: name + format.suffix, format: format)
  }

  private func invocation(_ program: String, _ arguments: [String]) -> Invocation {
    var invocation = server.invocation(login.words(program, arguments))
    invocation.input = login.input
    return invocation
  }
}
