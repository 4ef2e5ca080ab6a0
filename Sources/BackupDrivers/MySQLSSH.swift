import BackupProofs
import Glibc
import OutsideWorld
import TISBackupCore

/// Dumps the databases of a MySQL or MariaDB server over ssh, each into a gzip file here.
///
/// Nothing is stored on that machine, and the password goes there by standard input alone.
package struct MySQLSSH: BackupDriver {
  package static let type = BackupType.mysqlSSH

  /// Accounts and their rights; no dump of a database has such a name.
  private static let accountsName = "users.sql"

  private let server: DatabaseServer
  private let login: MySQLLogin
  private let selection: DatabaseSelection

  package init(_ section: Section) throws(BackupError) {
    server = try DatabaseServer(section, failure: MySQLFailure.hint)
    login = try MySQLLogin(section)
    selection = try DatabaseSelection(section)
  }

  package func backUp(into workspace: Workspace, using world: World) async throws(BackupError)
    -> Outcome
  {
    let folder = DumpFolder(workspace, server)
    try folder.clear()
    let (programs, survey) = try await look(world, workspace)
    let chosen = try choose(survey)
    try folder.write(
      chosen.filter { !MySQLSurvey.system.contains($0.name) }.map(\.definition),
      named: DumpFolder.definitionsName)
    let accounts = try await dumpAccounts(programs, folder, world)
    return try await folder.fill(
      chosen.map { dump($0, programs) }, lacking: lacking(chosen, survey),
      notes: [accounts].compactMap(\.self), using: world)
  }

  /// Writes the accounts and their rights, which belong to no database, as SQL beside the dumps.
  ///
  /// Returns why they are not there: only MariaDB's program can tell them, to a login that may read
  /// them. TISBackup never had them, so that makes no backup partial; the log tells.
  private func dumpAccounts(_ programs: MySQLPrograms, _ folder: DumpFolder, _ world: World)
    async throws(BackupError) -> String?
  {
    // Who wants one database alone wants no accounts of others.
    guard selection.only == nil else { return nil }
    guard programs.isMariaDB else {
      return "accounts: not dumped, the client there is not MariaDB's"
    }
    let path = "\(folder.path)/\(Self.accountsName)"
    var accounts = accounts(programs)
    accounts.outputPath = path
    do throws(BackupError) {
      _ = try await server.ask(accounts, "its accounts", world, folder.workspace)
      let text = try SmallFile.bytes(at: path, limit: .max)
      var edges = StreamEdges()
      text.withUnsafeBytes { edges.take($0) }
      if let flaw = DumpFormat.mysql.flaw(of: edges) {
        throw BackupError(.unproven, .accounts(flaw))
      }
      return nil
    } catch {
      unlink(path)
      guard error.code == .driver || error.code == .unproven else { throw error }
      return "accounts: not dumped, \(error.oneLine(about: server.section))"
    }
  }

  package func preview(into workspace: Workspace) -> [Invocation] {
    let programs = MySQLPrograms()
    let any = MySQLSurvey.Database(name: selection.only ?? "EACH-DATABASE")
    let accounts = selection.only == nil ? [accounts(programs)] : []
    return [question] + accounts + [dump(any, programs).invocation]
  }

  package func testConnection(using world: World) async throws(BackupError) -> [String] {
    let (programs, survey) = try await look(world, nil)
    let chosen = try choose(survey)
    let lacking = lacking(chosen, survey)
    return [
      "logged in; \(programs.version)", "the server is \(survey.version)",
      "would dump \(chosen.map { "'\($0.name)'" }.joined(separator: ", "))",
    ] + lacking.map { "dumps would not be complete: \($0)" }
  }

  /// Looks at the machine and at its server.
  private func look(_ world: World, _ workspace: Workspace?) async throws(BackupError)
    -> (MySQLPrograms, MySQLSurvey)
  {
    let answer = try await server.ask(question, "its databases", world, workspace)
    let programs = try MySQLPrograms(answer: answer, section: server.section)
    var survey = try MySQLSurvey(answer: answer, section: server.section)
    if survey.isSchedulerDisabled {
      let events = invocation([programs.client] + Self.asking(MySQLSurvey.eventQuestion))
      // No right to look, or no such table, is an answer too: then nobody knows.
      let answer = try? await server.ask(events, "its events", world, workspace)
      try survey.addEvents(answer: answer ?? "", section: server.section)
    }
    return (programs, survey)
  }

  private func choose(_ survey: MySQLSurvey) throws(BackupError) -> [MySQLSurvey.Database] {
    let names = try selection.choose(
      from: survey.databases.map(\.name), system: MySQLSurvey.system)
    let byName = Dictionary(survey.databases.map { ($0.name, $0) }) { first, _ in first }
    return names.compactMap { byName[$0] }
  }

  /// What the dumps will not hold although they end well.
  private func lacking(_ chosen: [MySQLSurvey.Database], _ survey: MySQLSurvey) -> [String] {
    var lacking: [String] = []
    for database in chosen {
      // Where the scheduler is disabled, events are told of below.
      let rights = survey.grants.missing(for: database.name)
        .filter { $0 != "EVENT" || !survey.isSchedulerDisabled }
      if !rights.isEmpty {
        lacking.append(
          "'\(database.name)': db_user lacks \(rights.joined(separator: ", ")), and what it may not see is left out"
        )
      }
      guard survey.isSchedulerDisabled, database.events != 0 else { continue }
      let events = database.events.map { "its \($0) events are" } ?? "its events, if any, are"
      lacking.append(
        "'\(database.name)': \(events) left out, because event_scheduler is DISABLED; set it to OFF"
      )
    }
    return lacking
  }

  private func accounts(_ programs: MySQLPrograms) -> Invocation {
    invocation([programs.dumper, MySQLLogin.option, "--system=users"])
  }

  private var question: Invocation {
    invocation(MySQLPrograms.question(Self.asking(MySQLSurvey.question)))
  }

  /// The arguments of the client for some statements.
  private static func asking(_ statements: String) -> [String] {
    [
      MySQLLogin.option, "--batch", "--skip-column-names", "--default-character-set=utf8mb4",
      "--execute=\(statements)",
    ]
  }

  private func dump(_ database: MySQLSurvey.Database, _ programs: MySQLPrograms) -> DatabaseDump {
    var words = [
      programs.dumper, MySQLLogin.option, "--single-transaction", "--quick", "--triggers",
      "--hex-blob", "--default-character-set=utf8mb4", "--no-tablespaces", "--comments",
      "--max-allowed-packet=1G",
    ]
    // Asked for only where there are some: mysqldump fails at events where the scheduler is
    // disabled, and in a database whose name holds a quote or a backslash (1049).
    if database.routines > 0 { words.append("--routines") }
    if database.dumpableEvents > 0 { words.append("--events") }
    // Its own client reads statistics that older servers lack.
    if !programs.isMariaDB && !programs.version.isEmpty {
      words.append("--loose-column-statistics=0")
    }
    return DatabaseDump(
      subject: database.name, invocation: invocation(words + ["--", database.name]),
      fileName: DumpFileName.escape(database.name) + DumpFormat.mysql.suffix, format: .mysql)
  }

  private func invocation(_ words: [String]) -> Invocation {
    var invocation = server.invocation(words)
    invocation.input = .bytes(login.optionFile)
    return invocation
  }
}

extension BackupError.Message {
  fileprivate static func accounts(_ flaw: String) -> Self { "what came \(flaw)" }
}
