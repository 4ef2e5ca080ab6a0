import BackupProofs
import Glibc
import OutsideWorld
import TISBackupCore

/// Fetches the export of a machine, or of a snapshot, from the host that has it into a file.
///
/// It counts as complete only when the host's task has succeeded, and the archive is proven to its
/// end: every chunk as its checksum says, and all disks there.
struct XenExport: Sendable {
  private let transfer: XenTransfer
  private let path: String
  private let progress: GzipSink.Progress

  /// A host sends us to the one that sees the storage; more than that is a circle.
  private static let mostHosts = 3

  /// `name` is that of the machine itself, which people know; `compression` is what the host is to do with the stream: `false`, `true`, `gzip`, `zstd`; `path`
  /// is the file, which is not there yet.
  init(
    of source: XenMachine, named name: String, in session: XAPISession, compression: String,
    to path: String, idleLimit: Int?, progress: @escaping GzipSink.Progress
  ) {
    transfer = XenTransfer(
      session: session, subject: "the export of '\(ForeignText.line(name))'",
      path: "/export", query: ["ref=\(source.reference)", "use_compression=\(compression)"],
      idleLimit: idleLimit)
    (self.path, self.progress) = (path, progress)
  }

  /// Throws when there is no whole export; nothing is left of it then, here or on the host.
  func fetch() async throws(BackupError) -> XVASink.Stored {
    do throws(BackupError) {
      return try await transfer.withTask { task throws(BackupError) in try await fetch(as: task) }
    } catch {
      unlink(path)
      throw error
    }
  }

  private func fetch(as task: String) async throws(BackupError) -> XVASink.Stored {
    var connection = transfer.session.connection
    for _ in 0..<Self.mostHosts {
      let sink = try XVASink(path: path, progress: progress)
      do throws(BackupError) {
        let answer = try await transfer.ask(connection, as: task, into: sink)
        guard let target = answer.target else {
          return try await judge(answer.finished, sink, task, connection)
        }
        await OwnThread.run { sink.cancel() }
        unlink(path)
        let session = transfer.session
        connection = try await session.pool.connection(to: target, pins: true, session.world)
      } catch {
        await OwnThread.run { sink.cancel() }
        throw error
      }
    }
    throw BackupError(.driver, .circle(transfer), hint: .log)
  }

  /// Puts together what curl, the archive and the host say.
  private func judge(
    _ finished: Finished, _ sink: XVASink, _ task: String, _ connection: XAPIConnection
  ) async throws(BackupError) -> XVASink.Stored {
    if let flaw = sink.failure {
      guard flaw.code == .unproven else { throw flaw }
      let failure = await transfer.failure(of: task)
      throw BackupError(.unproven, .flawed(transfer, flaw, failure), hint: .storage)
    }
    // A host closes its end without the farewell of TLS: the archive itself has an end.
    let complaint = CurlEnd(section: transfer.section, host: connection.address.key).error(finished)
    if let complaint, !finished.end.isClosing { throw complaint }
    let result = await OwnThread.run { () -> Result<XVASink.Stored, BackupError> in
      Result { () throws(BackupError) in try sink.finish() }
    }
    switch result {
    case .success(let stored):
      try await transfer.waitForSuccess(of: task)
      return stored
    case .failure(let flaw):
      guard flaw.code == .unproven else { throw flaw }
      if let failure = await transfer.failure(of: task) {
        throw BackupError(.driver, .cut(transfer, flaw, failure), hint: .log)
      }
      throw BackupError(.transport, .cut(transfer, flaw, nil), hint: .network)
    }
  }
}

extension Finished.End {
  /// Whether curl only missed a farewell.
  var isClosing: Bool {
    if case .exited(let status) = self { CurlEnd.closed.contains(status) } else { false }
  }
}

extension BackupError.Message {
  private static func head(_ transfer: XenTransfer) -> String {
    "section [\(transfer.section)]: \(transfer.subject)"
  }
  fileprivate static func circle(_ transfer: XenTransfer) -> Self {
    "\(head(transfer)): the hosts send us from one to the other"
  }
  fileprivate static func flawed(
    _ transfer: XenTransfer, _ flaw: BackupError, _ failure: XAPIFailure?
  ) -> Self {
    "\(head(transfer)): \(flaw.message.text)\(said(failure))"
  }
  fileprivate static func cut(
    _ transfer: XenTransfer, _ flaw: BackupError, _ failure: XAPIFailure?
  ) -> Self {
    "\(head(transfer)) ended too early: \(flaw.message.text)\(said(failure))"
  }
  private static func said(_ failure: XAPIFailure?) -> String {
    failure.map { "; the host says \($0.text)" } ?? ""
  }
  fileprivate static let log: Self = "See /var/log/xensource.log on the host."
  fileprivate static let storage: Self =
    "The storage of the host, or its memory, may be bad: see its log, and try again."
  fileprivate static let network: Self =
    "See /var/log/xensource.log on the host, its load, and the network."
}
