import BackupDrivers
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Backups that are snapshots of a btrfs subvolume which rsync keeps like the machine.
@Suite(.scratch) struct RsyncBtrfsTests {
  private static let types = ["rsync+btrfs", "rsync+btrfs+ssh"]

  private func section(_ type: String) throws -> Section {
    var section = try type.hasSuffix("ssh") ? Section.rsyncSSH() : Section.rsync()
    section.values["type"] = .init(type, line: 2)
    return section
  }

  @Test(arguments: types)
  func `copies as its namesake, into the working subvolume, and links nothing`(_ type: String)
    throws
  {
    let section = try section(type)
    var workspace = Workspace.first
    workspace.linkTargets = ["/backup/web1/20261123-01h02m03"]
    let arguments = try BackupDrivers.make(section).onlyArguments(workspace)
    let plain: any BackupDriver =
      type.hasSuffix("ssh") ? try RsyncSSH(.rsyncSSH()) : try Rsync(.rsync())
    #expect(try arguments.dropLast() == plain.onlyArguments().dropLast())
    #expect(arguments.last == "/backup/web1/last_backup/")
  }

  @Test(arguments: types)
  func `tells by content what it may keep when the newest backup has gone bad`(_ type: String)
    throws
  {
    var workspace = Workspace.first
    workspace.comparesContent = true
    let arguments = try BackupDrivers.make(section(type)).onlyArguments(workspace)
    #expect(arguments.contains("--checksum"))
  }

  @Test(arguments: types)
  func `asks for nothing where no btrfs is, and says what to do`(_ type: String) async throws {
    let folder = "\(ScratchDirectory.path)/web1"
    try await LoopDisk.mounted(folder) { _ in
      let workspace = Workspace(folder: folder, partial: "\(folder)/x.partial")
      let error = await #expect(throws: BackupError.self) {
        try await BackupDrivers.make(section(type)).backUp(
          into: workspace, using: Transcript([]).world())
      }
      #expect(error?.code == .storage)
      #expect(
        error?.message.text
          == "section [web1]: '\(folder)' does not lie on btrfs, as its 'type' needs")
      #expect(error?.hint?.text.contains("use the type without '+btrfs'") == true)
      #expect(names(folder) == ["lost+found"])
    }
  }

  @Test(arguments: types)
  func `leaves a folder alone that has the name of the subvolume`(_ type: String) async throws {
    let folder = "\(ScratchDirectory.path)/web1"
    try await LoopDisk.mounted(folder, as: .btrfs) { _ in
      makeTree(["last_backup/", "last_backup/f"], at: folder)
      let workspace = Workspace(folder: folder, partial: "\(folder)/x.partial")
      let error = await #expect(throws: BackupError.self) {
        try await BackupDrivers.make(section(type)).backUp(
          into: workspace, using: Transcript([]).world())
      }
      #expect(error?.message.text.contains("is no subvolume of btrfs") == true)
      #expect(error?.hint?.text.hasPrefix("Move it away") == true)
      #expect(names(folder) == ["last_backup"])
    }
  }
}
