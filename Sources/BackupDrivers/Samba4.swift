import BackupProofs
import OutsideWorld
import TISBackupCore

/// Copies the databases of a Samba domain controller over ssh, each into a gzip file here.
///
/// Beside the partitions of the directory, which is all that TISBackup took, those without which
/// nothing of it comes back: `sam.ldb`, secrets, identities. What a copy needs of that machine's disk
/// is given back, whatever becomes of the copy.
package struct Samba4: BackupDriver {
  package static let type = BackupType.samba4

  private let server: DatabaseServer
  private let folder: String

  package init(_ section: Section) throws(BackupError) {
    server = try DatabaseServer(
      section, failure: SambaFailure.hint, install: SambaFailure.install)
    folder = section.text(.sambaFolder) ?? "/var/lib/samba/"
  }

  package func backUp(into workspace: Workspace, using world: World) async throws(BackupError)
    -> Outcome
  {
    let dumps = DumpFolder(workspace, server)
    try dumps.clear()
    let answer = try await server.ask(question(.tidying), "its databases", world, workspace)
    let survey = try SambaSurvey(answer: answer, folder: folder, section: server.section)
    return try await dumps.fill(
      survey.databases.map(copy), lacking: survey.lacking, using: world)
  }

  package func preview(into workspace: Workspace) -> [Invocation] {
    let any = SambaSurvey.Database(path: "private/EACH-DATABASE", format: .tdb, fileName: "")
    return [question(.tidying), copy(any).invocation]
  }

  package func testConnection(using world: World) async throws(BackupError) -> [String] {
    let answer = try await server.ask(question(.looking), "its databases", world, nil)
    let survey = try SambaSurvey(answer: answer, folder: folder, section: server.section)
    try survey.expectPrograms(section: server.section)
    let names = survey.databases.map { "'\($0.path)'" }.joined(separator: ", ")
    return [
      "logged in; \(survey.programs.joined(separator: ", "))",
      "would copy \(survey.databases.count) databases of '\(folder)': \(names)",
    ] + survey.lacking.map { "the backup would not be complete: \($0)" }
  }

  private func question(_ manner: SambaScript.Manner) -> Invocation {
    server.invocation(SambaScript.question(folder, manner))
  }

  private func copy(_ database: SambaSurvey.Database) -> DatabaseDump {
    DatabaseDump(
      subject: database.path,
      invocation: server.invocation(
        SambaScript.copy(database.path, of: folder, isLMDB: database.format == .lmdb)),
      fileName: database.fileName, format: database.format)
  }
}
