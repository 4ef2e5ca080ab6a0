import Foundation
import Glibc
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

@Suite("a subvolume of btrfs", .scratch) struct SubvolumeTests {
  private var disk: String { "\(ScratchDirectory.path)/disk" }
  private var work: String { "\(disk)/work" }
  private var snapshot: String { "\(disk)/snapshot" }

  /// A subvolume `work` with a file of a megabyte.
  private func mounted(_ body: () async throws -> Void) async throws {
    try await LoopDisk.mounted(disk, as: .btrfs) { _ in
      try Subvolume.make(work)
      try Data(repeating: 0x5a, count: 1 << 20).write(to: URL(filePath: "\(work)/file"))
      try await body()
    }
  }

  @Test func `is told from folders, links and files, and the btrfs program agrees`() async throws {
    try await mounted {
      try makeFolder("\(disk)/folder")
      symlink("work", "\(disk)/link")
      for (name, isOne) in [
        ("work", true), ("folder", false), ("link", false), ("work/file", false), ("none", false),
        ("", true),
      ] {
        #expect(Subvolume.exists("\(disk)/\(name)") == isOne, "\(name)")
      }
      let shown = try await program(["btrfs", "subvolume", "show", work])
      #expect(shown.status == 0, "\(shown.stderr)")
    }
  }

  @Test func `of ext4 there is none`() async throws {
    try await LoopDisk.mounted(disk) { _ in
      #expect(!Subvolume.canBeMade(in: disk))
      let error = #expect(throws: BackupError.self) { try Subvolume.make(work) }
      #expect(error?.message.text.hasPrefix("cannot make the subvolume '\(work)'") == true)
    }
  }

  @Test func `has copies that nobody can change, or that anybody can`() async throws {
    try await mounted {
      try Subvolume.copy(work, to: snapshot, readOnly: true)
      #expect(creat("\(snapshot)/new", 0o600) == -1 && errno == EROFS)
      try Subvolume.copy(snapshot, to: "\(disk)/again", readOnly: false)
      #expect(try write("new", to: "\(disk)/again/new") != "")
      #expect(names(work) == ["file"] && names(snapshot) == ["file"])
      #expect(throws: BackupError.self) {
        try Subvolume.copy("\(disk)/none", to: "\(disk)/x", readOnly: true)
      }
      // What has the name already is left alone.
      #expect(throws: BackupError.self) { try Subvolume.copy(work, to: snapshot, readOnly: true) }
    }
  }

  @Test(arguments: [true, false])
  func `goes at once and counts as one name`(_ readOnly: Bool) async throws {
    try await mounted {
      makeTree((0..<50).map { "f\($0)" }, at: "\(work)/many")
      try Subvolume.copy(work, to: snapshot, readOnly: readOnly)
      rename(snapshot, "\(disk)/.trash-snapshot")
      #expect(try FileTree.remove("\(disk)/.trash-snapshot") == .init(names: 1))
      #expect(names(disk) == ["work"] && names("\(work)/many").count == 50)
    }
  }

  @Test func `below a folder that is removed is another file system, and stays`() async throws {
    try await mounted {
      try makeFolder("\(disk)/folder")
      try Subvolume.copy(work, to: "\(disk)/folder/inner", readOnly: true)
      #expect(throws: BackupError.self) { try FileTree.remove("\(disk)/folder") }
      #expect(exists("\(disk)/folder/inner/file"))
    }
  }

  @Test func `gives back what no other one shares`() async throws {
    try await mounted {
      try Subvolume.copy(work, to: snapshot, readOnly: true)
      try Data(repeating: 0x41, count: 2 << 20).write(to: URL(filePath: "\(work)/more"))
      try Subvolume.copy(work, to: "\(disk)/newer", readOnly: true)
      unlink("\(work)/more")
      sync()
      var blocks = UniqueBlocks()
      #expect(try blocks.add(snapshot) < 1 << 16)
      #expect(try 2 << 20..<3 << 20 ~= blocks.add("\(disk)/newer"))
    }
  }
}
