import OutsideWorld
import TISBackupCore

/// Copies a folder from an rsync daemon.
package struct Rsync: BackupDriver {
  package static let type = BackupType.rsync

  private let copy: RsyncCopy
  private let listing: Invocation

  package init(_ section: Section) throws(BackupError) {
    let user = section.text(.remoteUser) ?? "root"
    let host = try section.require(.serverName)
    let module = try section.require(.rsyncModule)
    let folder = try section.require(.remoteDir)
    let timeout = max(1, try section.seconds(.connectTimeout) ?? 15)
    let bracketed = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
    let transport = [
      "--password-file=\(try section.require(.passwordFile))",
      "--port=\(try section.number(.rsyncPort) ?? 873)", "--contimeout=\(timeout)",
    ]
    // TISBackup joins the two as they stand, so an ini has the slash in the path or not at all.
    var path = folder.hasPrefix("/") || module.hasSuffix("/") ? folder : "/" + folder
    // The daemon takes the path for an option once the module is cut off, and sends everything.
    if path.hasPrefix("/-") { path = "/." + path }
    copy = try RsyncCopy(
      section, transport: transport, source: "\(user)@\(bracketed)::\(module)\(path)")
    var listing = Invocation(
      "rsync", ["--list-only", "--no-recursive", "--dirs"] + transport + ["--", copy.source])
    listing.timeLimit = timeout + 30
    self.listing = listing
  }

  package func backUp(into workspace: Workspace, using world: World) async throws(BackupError)
    -> Outcome
  {
    try await copy.run(into: workspace, using: world)
  }

  package func preview(into workspace: Workspace) -> [Invocation] {
    [copy.invocation(into: workspace)]
  }

  package func testConnection(using world: World) async throws(BackupError) -> [String] {
    let finished = try await world.run(listing, nil)
    guard finished.succeeded else { throw RsyncFailure.error(finished, section: copy.section) }
    return ["the daemon lets us in and lists \(copy.source)"]
  }
}
