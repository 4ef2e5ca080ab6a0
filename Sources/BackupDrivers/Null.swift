import OutsideWorld
import TISBackupCore

/// A machine that is known, and not backed up by design.
package struct Null: BackupDriver {
  package static let type = BackupType.null

  package init(_ section: Section) throws(BackupError) {}

  package func backUp(into workspace: Workspace, using world: World) async throws(BackupError)
    -> Outcome
  {
    Outcome(.ok, log: "not backed up by design")
  }

  package func preview(into workspace: Workspace) -> [Invocation] { [] }

  package func testConnection(using world: World) async throws(BackupError) -> [String] {
    ["nothing to connect to: not backed up by design"]
  }
}
