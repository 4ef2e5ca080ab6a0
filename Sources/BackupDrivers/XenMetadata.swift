import BackupProofs
import Glibc
import OutsideWorld
import TISBackupCore

/// Fetches the database of a Xen pool, by ssh or by https from its master, into a gzip file, and proves
/// it by what is in it.
package struct XenMetadata: BackupDriver {
  package static let type = BackupType.xenMetadata

  /// How the pool is reached.
  private enum Way: Sendable {
    case ssh(SSHConnection)
    case https(XenPool)
  }

  private let section: String
  private let way: Way
  private let level: Int
  private let idleLimit: Int?

  package init(_ section: Section) throws(BackupError) {
    self.section = section.name
    level = try section.number(.gzipLevel) ?? 6
    idleLimit = try section.seconds(.idleTimeout)
    if section.text(.privateKey) != nil {
      way = .ssh(try SSHConnection(section))
      // Read although nobody uses it now, so that a mistake in it is told.
      _ = try CertificateTrust(section, fallback: .firstSeen)
    } else if section.text(.xenLogin) != nil {
      way = .https(try XenPool(section, host: .xenHost))
    } else {
      throw BackupError(.configuration, .noWay(section), hint: .giveOne)
    }
  }

  package func artifactName(for date: String) -> String { "xcp_metadata-\(date).dump.gz" }

  package func backUp(into workspace: Workspace, using world: World) async throws(BackupError)
    -> Outcome
  {
    try await workspace.retrying(section, using: world) { () throws(BackupError) in
      do throws(BackupError) {
        return try await fetch(into: workspace, world)
      } catch {
        unlink(workspace.partial)
        throw error
      }
    }
  }

  private func fetch(into workspace: Workspace, _ world: World) async throws(BackupError)
    -> Outcome
  {
    let report = workspace.progress
    let sink: PoolDatabaseSink
    do throws(BackupError) {
      sink = try PoolDatabaseSink(
        path: workspace.partial, level: level, cores: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
      ) { report?(BackupProgress(bytes: $0)) }
    } catch {
      throw BackupError(
        error.code, .init("section [\(section)]: \(error.message.text)"),
        hint: error.hint ?? .folder)
    }
    do throws(BackupError) {
      switch way {
      case .ssh(let ssh):
        return try await fetch(sink, by: ssh, workspace, world)
      case .https(let pool):
        return try await pool.withSession(in: workspace, using: world) {
          session throws(BackupError) in
          try await fetch(sink, from: session)
        }
      }
    } catch {
      await OwnThread.run { sink.cancel() }
      throw error
    }
  }

  /// xe writes the database to its standard output when the file has no name; without a terminal
  /// nothing is done to its bytes.
  private func invocation(_ ssh: SSHConnection) -> Invocation {
    ssh.invocation(running: ["/opt/xensource/bin/xe", "pool-dump-database", "file-name="])
  }

  private func fetch(
    _ sink: PoolDatabaseSink, by ssh: SSHConnection, _ workspace: Workspace, _ world: World
  ) async throws(BackupError) -> Outcome {
    var invocation = invocation(ssh)
    (invocation.sink, invocation.lock, invocation.idleLimit) = (sink, workspace.lock, idleLimit)
    invocation.deadline = workspace.attempts.deadline
    world.say(Note(.debug, section, invocation.redacted))
    let finished = try await world.run(invocation, nil)
    let failure = RemoteFailure(section: section, subject: "xe pool-dump-database") { errors in
      errors.contains("No such file") ? .noXe : nil
    }
    if let flaw = sink.failure, flaw.code != .unproven { throw flaw }
    if let error = failure.error(finished), sink.failure == nil { throw error }
    return try await outcome(sink)
  }

  private func fetch(_ sink: PoolDatabaseSink, from session: XAPISession)
    async throws(BackupError) -> Outcome
  {
    let transfer = XenTransfer(
      session: session, subject: "the database of the pool", path: "/pool/xmldbdump", query: [],
      idleLimit: idleLimit)
    return try await transfer.withTask { task throws(BackupError) in
      let answer = try await transfer.ask(session.connection, as: task, into: sink)
      guard answer.target == nil else {
        throw BackupError(.driver, .elsewhere(section), hint: .master)
      }
      let end = CurlEnd(section: section, host: session.connection.address.key)
      if let error = end.error(answer.finished), sink.failure == nil, !answer.finished.end.isClosing
      {
        throw error
      }
      let outcome = try await outcome(sink)
      try await transfer.waitForSuccess(of: task)
      return outcome
    }
  }

  private func outcome(_ sink: PoolDatabaseSink) async throws(BackupError) -> Outcome {
    if let failure = sink.failure { throw flawed(failure) }
    let result = await OwnThread.run { () -> Result<DumpContent, BackupError> in
      Result { () throws(BackupError) in try sink.finish() }
    }
    let content: DumpContent
    switch result {
    case .success(let whole): content = whole
    case .failure(let flaw): throw flawed(flaw)
    }
    var outcome = Outcome(.ok, log: sink.content?.summary ?? "")
    (outcome.files, outcome.writtenFiles) = (1, 1)
    (outcome.bytes, outcome.writtenBytes) = (content.fileBytes, content.fileBytes)
    return outcome
  }

  private func flawed(_ flaw: BackupError) -> BackupError {
    guard flaw.code == .unproven else { return flaw }
    return BackupError(
      .unproven, .init("section [\(section)]: \(flaw.message.text)"), hint: flaw.hint ?? .byHand)
  }

  package func preview(into workspace: Workspace) -> [Invocation] {
    switch way {
    case .ssh(let ssh): [invocation(ssh)]
    case .https: [.curl([])]
    }
  }

  package func testConnection(using world: World) async throws(BackupError) -> [String] {
    switch way {
    case .ssh(let ssh):
      let words = ["/opt/xensource/bin/xe", "pool-list", "params=name-label,master"]
      var invocation = ssh.invocation(running: words)
      invocation.timeLimit = 120
      let finished = try await world.run(invocation, nil)
      let failure = RemoteFailure(section: section, subject: "xe pool-list") { errors in
        errors.contains("No such file") ? .noXe : nil
      }
      if let error = failure.error(finished) { throw error }
      return ["logged in by ssh; xe answers", "would fetch the database of the pool"]
    case .https(let pool):
      return try await pool.withSession(in: nil, using: world) { session throws(BackupError) in
        let hosts = try await session.call("host.get_all").list ?? []
        return [
          "logged in to \(session.connection.address.text)",
          "would fetch the database of the pool, which has \(hosts.count) \(hosts.count == 1 ? "host" : "hosts")",
        ]
      }
    }
  }
}

extension BackupError.Message {
  fileprivate static func noWay(_ section: Section) -> Self {
    "\(section.path):\(section.line): section [\(section.name)] needs the key 'password_file', or 'private_key'"
  }
  fileprivate static let giveOne: Self =
    "Add 'password_file = ...' to fetch it by https, or 'private_key = ...' to fetch it by ssh."
  fileprivate static func elsewhere(_ section: String) -> Self {
    "section [\(section)]: the host sends us to another one for the database of the pool"
  }
  fileprivate static let folder: Self =
    "Is the folder of the section there, and may this user write into it?"
  fileprivate static let master: Self =
    "Name the master of the pool ('xe pool-list params=master')."
  fileprivate static let noXe: Self =
    "Is it a Xen host? Its control domain has /opt/xensource/bin/xe."
  fileprivate static let byHand: Self =
    "Run 'xe pool-dump-database file-name=FILE' on the master, and look at what it writes."
}
