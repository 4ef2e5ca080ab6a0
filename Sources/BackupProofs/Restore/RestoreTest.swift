import OutsideWorld
import TISBackupCore

/// The dumps of one backup, to be loaded into one scratch server.
package struct RestoreTest: Sendable, Equatable {
  package var dumps: [StoredDump]
  /// The file of `pg_dumpall --globals-only`, compressed; nil when there is none.
  package var globals: String?

  /// What became of a dump.
  package struct Outcome: Sendable, Equatable {
    package var dump: StoredDump
    package var result: Result<RestoredContent, BackupError>
  }

  package init(dumps: [StoredDump], globals: String? = nil) {
    (self.dumps, self.globals) = (dumps, globals)
  }

  /// Loads every dump, also after one that failed; the outcomes are in the order of the dumps.
  ///
  /// A dump that this server could not tell of is tried once more when others came in after it: a
  /// view may read the table of another database. Throws when there is no server to test with, when the globals are bad, and
  /// when interrupted.
  package func run<Server: ScratchServer>(
    on type: Server.Type, in folder: String, programs: ProgramPath = .live(), using world: World
  ) async throws(BackupError) -> [Outcome] {
    try await Server.running(in: folder, programs: programs, using: world) {
      (server) async throws(BackupError) in
      try await server.prepare(for: self)
      var results: [Result<RestoredContent, BackupError>] = []
      for dump in dumps { results.append(try await outcome(of: dump, on: server)) }
      guard let lastGood = results.lastIndex(where: \.isSuccess) else { return outcomes(results) }
      for index in results.indices where index < lastGood && results[index].isOpen {
        results[index] = try await outcome(of: dumps[index], on: server)
      }
      return outcomes(results)
    }
  }

  private func outcome(
    of dump: StoredDump, on server: some ScratchServer
  ) async throws(BackupError) -> Result<RestoredContent, BackupError> {
    do throws(BackupError) { return .success(try await server.restore(dump)) } catch {
      guard error.code != .interrupted else { throw error }
      return .failure(error)
    }
  }

  private func outcomes(_ results: [Result<RestoredContent, BackupError>]) -> [Outcome] {
    zip(dumps, results).map { Outcome(dump: $0, result: $1) }
  }
}

extension Result where Failure == BackupError {
  fileprivate var isSuccess: Bool { (try? get()) != nil }

  /// Whether it says nothing of the dump.
  fileprivate var isOpen: Bool {
    switch self {
    case .success: false
    case .failure(let error): error.code == .storage
    }
  }
}
