import BackupDrivers
import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// A folder of backups of one switch.
struct SwitchSite {
  let folder = ScratchDirectory.path

  /// A section with these lines, whose name is `sw1`.
  func section(_ lines: String, global: String = "") throws -> Section {
    let configuration = try Configuration.parse(
      """
      [global]
      backup_base_dir = \(folder)
      backup_retention_time = 30
      maximum_backup_age = 30
      \(global)
      [sw1]
      \(lines)
      """)
    try #require(configuration.problems == [])
    return try #require(configuration.sections.first)
  }

  /// Where a backup of a name is made.
  func path(_ name: String) -> String { name.hasPrefix("/") ? name : "\(folder)/\(name)" }

  func inode(_ name: String) throws -> UInt {
    var status = stat()
    try #require(stat(path(name), &status) == 0, "\(name)")
    return status.st_ino
  }

  /// Takes a backup under a name, after one of another name.
  func backUp(
    _ section: Section, as name: String = "new.txt", after last: String? = nil, retries: Int = 0,
    using world: World = World.live { _ in }
  ) async throws -> Outcome {
    var workspace = Workspace(
      folder: folder, partial: path(name), linkTargets: last.map { [path($0)] } ?? [])
    workspace.attempts.retries = retries
    workspace.attempts.deadline = try section.seconds(.timeout).map { Deadline($0, from: .now) }
    return try await Switch(section).backUp(into: workspace, using: world)
  }

  /// What a backup throws.
  func failure(
    _ section: Section, retries: Int = 0, using world: World = World.live { _ in }
  ) async -> BackupError? {
    let error = await #expect(throws: BackupError.self) {
      _ = try await backUp(section, retries: retries, using: world)
    }
    #expect(!exists(path("new.txt")))
    return error
  }
}

extension World {
  /// A world in which curl tells a telnet server that its window has so many rows.
  static func withWindow(rows: Int) -> World {
    var world = World.live { _ in }
    let run = world.run
    world.run = { (invocation, progress) async throws(BackupError) in
      var invocation = invocation
      invocation.arguments.insert(contentsOf: ["--telnet-option", "WS=80x\(rows)"], at: 1)
      return try await run(invocation, progress)
    }
    return world
  }
}
