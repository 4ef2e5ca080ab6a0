import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupProofs

/// How restore tests begin where they cannot, and end where they must.
@Suite(.scratch, .timeLimit(.minutes(3)))
struct RestoreEndTests {
  private static let kinds: [any ScratchServer.Type] = [
    ScratchMariaDB.self, ScratchPostgreSQL.self,
  ]

  @Test(arguments: kinds)
  func `a machine without the server cannot tell, and says what to install`(
    _ kind: any ScratchServer.Type
  ) async throws {
    let error = await failure(of: kind, programs: ProgramPath(folders: ["/nonexistent"]))
    #expect(error?.code == .storage)
    #expect(error?.hint?.text.hasPrefix("Install the server on this machine") == true)
    #expect(names(ScratchDirectory.path) == [])
  }

  @Test(arguments: kinds)
  func `a server that does not start gives its own reason, and leaves nothing`(
    _ kind: any ScratchServer.Type
  ) async throws {
    var world = RestoreFixtures.world
    let run = world.run
    world.run = { (invocation, progress) async throws(BackupError) in
      var invocation = invocation
      // Only the server has the socket and no input of its own.
      if invocation.arguments.contains(where: { $0.hasSuffix("/mariadbd") }) {
        invocation.arguments.append("--no-such-option")
      } else if invocation.arguments.contains(where: { $0.hasSuffix("/postgres") }) {
        invocation.arguments += ["-c", "no_such_option=1"]
      }
      return try await run(invocation, progress)
    }
    let error = await failure(of: kind, using: world)
    #expect(error?.code == .storage)
    #expect(error?.message.text.contains("ended by itself") == true, "\(String(describing: error))")
    #expect(error?.message.text.contains("such") == true, "\(String(describing: error))")
    #expect(names(ScratchDirectory.path) == [])
  }

  @Test func `a path that is too long for a socket is told before anything starts`() async throws {
    let folder = ScratchDirectory.path + "/" + String(repeating: "long", count: 20)
    try makeFolder(folder)
    let error = await failure(of: ScratchMariaDB.self, in: folder)
    #expect(error?.code == .storage)
    #expect(error?.message.text.contains("longer than the kernel allows") == true)
    #expect(names(folder) == [])
  }

  @Test(arguments: kinds)
  func `a folder that nobody may enter is told as such`(_ kind: any ScratchServer.Type) async throws
  {
    let folder = ScratchDirectory.path + "/closed"
    try makeFolder(folder)
    chmod(folder, 0o700)
    let error = await failure(of: kind, in: folder)
    #expect(error?.code == .storage)
    #expect(
      error?.hint?.text.contains("'nobody' must be able to enter") == true,
      "\(String(describing: error))")
    #expect(names(folder) == [])
  }

  @Test(arguments: [
    ("SELECT SLEEP(1000);\n", 0), ("SELECT pg_sleep(1000);\n", 1),
  ])
  func `a cancelled test leaves no process and no folder`(_ sql: String, _ kind: Int) async throws {
    let path = try await RestoreFixtures.compress(sql, to: "slow.sql")
    let test = RestoreTest(dumps: [StoredDump(path: path, database: "slow", form: .sql)])
    let (loading, begun) = AsyncStream<Void>.makeStream()
    var world = RestoreFixtures.world
    let run = world.run
    world.run = { (invocation, progress) async throws(BackupError) in
      if case .source = invocation.input { begun.yield() }
      return try await run(invocation, progress)
    }
    let task = Task { [world, folder = ScratchDirectory.path] in
      await result { () async throws(BackupError) in
        kind == 0
          ? try await test.run(on: ScratchMariaDB.self, in: folder, using: world)
          : try await test.run(on: ScratchPostgreSQL.self, in: folder, using: world)
      }
    }
    for await _ in loading { break }
    #expect(!RestoreFixtures.processes().isEmpty)
    let begin = ContinuousClock.now
    task.cancel()
    let ended = await task.value
    guard case .failure(let error) = ended else {
      Issue.record("\(ended)")
      return
    }
    #expect(error.code == .interrupted)
    #expect(names(ScratchDirectory.path) == ["slow.sql.gz"])
    #expect(RestoreFixtures.processes() == [])
    #expect(begin.duration(to: .now) < .seconds(15))
  }

  @Test func `what a killed test left behind goes, and what is in use stays`() async throws {
    let (stale, other) = (".restore-test-stale1", ".restore-test-other1")
    for name in [stale, other] {
      try makeFolder("\(ScratchDirectory.path)/\(name)/server/data")
      try write("", to: "\(ScratchDirectory.path)/\(name)/lock")
    }
    try makeFolder("\(ScratchDirectory.path)/.restore-test-unlocked")
    let lock = try FileLock(path: "\(ScratchDirectory.path)/\(other)/lock")
    try await ScratchFolder.with(in: ScratchDirectory.path, for: .current()) { _ in
      #expect(!exists("\(ScratchDirectory.path)/\(stale)"))
      #expect(exists("\(ScratchDirectory.path)/\(other)/server/data"))
      #expect(names(ScratchDirectory.path).count == 3)
    }
    #expect(names(ScratchDirectory.path) == [other, ".restore-test-unlocked"])
    withExtendedLifetime(lock) {}
  }

  private func failure(
    of kind: any ScratchServer.Type, in folder: String = ScratchDirectory.path,
    programs: ProgramPath = .live(), using world: World = RestoreFixtures.world
  ) async -> BackupError? {
    func open<Server: ScratchServer>(_ type: Server.Type) async -> BackupError? {
      do throws(BackupError) {
        try await Server.running(in: folder, programs: programs, using: world) { _ in }
        return nil
      } catch { return error }
    }
    return await open(kind)
  }
}

private func result<Value>(
  _ body: () async throws(BackupError) -> Value
) async -> Result<Value, BackupError> {
  do throws(BackupError) { return .success(try await body()) } catch { return .failure(error) }
}
