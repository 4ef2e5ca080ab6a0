import Foundation
import Glibc
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import OutsideWorld

@Suite("the removal of a tree", .scratch) struct TreeRemovalTests {
  private var root: String { ScratchDirectory.path + "/root" }
  private var outside: String { ScratchDirectory.path + "/outside" }

  private func make(_ names: [String], at folder: String? = nil) {
    makeTree(names, at: folder ?? root)
  }

  @Test func `follows no link, wherever it leads`() throws {
    make(["a/", "a/secret"], at: outside)
    make(["f"])
    for target in ["../outside", "..", ".", "/none", "loop", "nowhere"] {
      symlink(target, "\(root)/to-\(target.replacing("/", with: "_"))")
    }
    symlink("loop", root + "/loop")
    #expect(try FileTree.measure(root).files == 8)
    #expect(try FileTree.remove(root).names == 9)
    #expect(!exists(root) && exists(outside + "/a/secret"))
  }

  @Test func `waits for a file that FUSE has under a hidden name until it is closed`() async throws
  {
    try await LoopDisk.mounted(root, megabytes: 8, as: .exfat) { _ in
      let tree = "\(root)/tree"
      make(["a/", "a/f", "g"], at: tree)
      let file = open("\(tree)/a/f", O_RDONLY)
      #expect(file >= 0)
      OwnThread.start {
        while !names("\(tree)/a").contains(where: { $0.hasPrefix(".fuse_hidden") }) {
          sched_yield()
        }
        close(file)
      }
      let removed = try FileTree.remove(tree)
      #expect(removed.names == 4)
      #expect(!exists(tree))
    }
  }

  @Test func `removes a root that is a link, and not what it leads to`() throws {
    make(["f"], at: outside)
    symlink("outside", root)
    #expect(throws: BackupError.self) { try FileTree.measure(root) }
    try FileTree.remove(root)
    #expect(!exists(root) && exists(outside + "/f"))
  }

  @Test func `takes names as bytes: newlines, blanks, dashes and what is not UTF-8`() throws {
    make([])
    let names: [[UInt8]] = [
      [0x0a], [0x20], Array("-rf".utf8), [0xff, 0xfe], [0xe9], Array("a\u{301}".utf8),
      Array("…".utf8), Array("*".utf8), Array("..a".utf8), [0x01, 0x7f],
      [UInt8](repeating: 0x78, count: 255),
    ]
    for name in names {
      for kind in 0..<2 {
        let path =
          (Array(root.utf8) + [0x2f] + name.dropLast(kind) + (kind == 0 ? [] : [0x5f]) + [0])
          .map { CChar(bitPattern: $0) }
        if kind == 0 { close(creat(path, 0o644)) } else { mkdir(path, 0o755) }
      }
    }
    try FileTree.remove(root)
    #expect(!exists(root))
  }

  @Test(arguments: [1, 2, 5])
  func `of a tree deeper than any path may be long keeps few folders open`(_ workers: Int) throws {
    let depth = 2500
    mkdir(root, 0o755)
    var folder = open(root, O_RDONLY | O_DIRECTORY)
    for _ in 0..<depth {
      mkdirat(folder, "deep-folder", 0o755)
      close(openat(folder, "file", O_CREAT | O_WRONLY, 0o600))
      let inner = openat(folder, "deep-folder", O_RDONLY | O_DIRECTORY)
      close(folder)
      folder = inner
    }
    close(folder)
    #expect(try FileTree.remove(root, workers: workers).names == 2 * depth + 1)
    #expect(!exists(root))
  }

  @Test func `removes a file as it does a folder, and what is not there is nobody's trouble`()
    throws
  {
    make(["f"])
    #expect(try FileTree.remove(root + "/f").names == 1)
    #expect(try FileTree.remove(root + "/f").names == 0)
    try FileTree.remove(root)
    #expect(try FileTree.remove(root) == FileTree.Removed())
    #expect(try FileTree.remove(root + "/none/at/all") == FileTree.Removed())
    #expect(!exists(root))
  }

  @Test func `is finished by the next when it was stopped anywhere`() throws {
    let names = ["a/", "a/1", "a/2", "b/", "b/c/", "b/c/3", "4"]
    for stop in 0...names.count {
      make(names)
      var count = 0
      // What a kill leaves: the first so many names of the walk are gone.
      _ = try? FileTree.walk(root) { (entry, visit) throws(BackupError) in
        if entry.isFolder && visit == .enter { return }
        guard count < stop else { throw BackupError(.interrupted, "stopped") }
        count += 1
        unlinkat(entry.folder, entry.name, entry.isFolder ? AT_REMOVEDIR : 0)
      }
      #expect(exists(root))
      try FileTree.remove(root)
      #expect(!exists(root))
    }
  }

  @Test func `of a cancelled task does not begin, unless it tidies up after it`() async throws {
    make(["a/", "a/f"])
    let root = root
    for stops in [true, false] {
      let task = Task {
        while !Task.isCancelled { await Task.yield() }
        return Result { try FileTree.remove(root, stops: stops).names }
      }
      task.cancel()
      let result = await task.value
      if stops {
        #expect(throws: BackupError.self) { try result.get() }
        #expect(exists(root + "/a/f"))
      } else {
        #expect(try result.get() == 3)
      }
    }
    #expect(!exists(root))
  }

  @Test
  func `is stopped half way by who asks now and then, and nobody is at work in it after that`()
    throws
  {
    make(["f"])
    for folder in 0..<4 { make(["1"], at: "\(root)/\(folder)") }
    let waiting = Monitor((atWork: 0, isFree: false))
    let crew = FolderCrew(open(root, O_RDONLY | O_DIRECTORY), path: root, Pause(waiting))
    #expect(throws: BackupError(.interrupted, "enough")) {
      _ = try crew.run(workers: 3) { (_) throws(BackupError) in
        guard waiting.update(\.atWork) > 0 else { return }
        waiting.update { $0.isFree = true }
        throw BackupError(.interrupted, "enough")
      }
    }
    #expect(waiting.update(\.atWork) == 0)
    #expect(names(root).count == 5)
  }

  @Test func `goes on where folders forbid everything, also for an ordinary user`() async throws {
    let path = root
    make(["a/", "a/b/", "a/b/f"])
    for folder in ["/a/b", "/a", ""] { chmod(path + folder, 0o000) }
    for folder in ["/a/b", "/a", ""] { chown(path + folder, 65_534, 65_534) }
    chmod(ScratchDirectory.path, 0o777)
    await #expect(processExitsWith: .success) { [path = path as String] in
      if geteuid() == 0 { #expect(seteuid(65_534) == 0) }
      try FileTree.remove(path)
    }
    #expect(!exists(root))
  }

  @Test func `never makes a file of somebody else accessible, whatever becomes a link meanwhile`()
    throws
  {
    make(["secret/"], at: outside)
    chmod(outside + "/secret", 0o000)
    let place = root
    make([])
    let attacker = Attacker { _ in
      // A folder that forbids everything, and a link to somebody else's, in turns.
      mkdir(place + "/x", 0o077)
      rmdir(place + "/x")
      symlink("../outside/secret", place + "/x")
      unlink(place + "/x")
      return 1
    }
    for _ in 0..<200 {
      _ = try? FileTree.remove(root)
      make([])
    }
    #expect(attacker.stop() > 0)
    var status = stat()
    #expect(stat(outside + "/secret", &status) == 0 && status.st_mode & 0o777 == 0)
  }

  /// A user whose files are in a backup swaps folders for links while a cleanup goes through them.
  @Test(arguments: [1, 4])
  func `removes nothing outside when links are swapped in while it runs`(_ workers: Int)
    async throws
  {
    let victims = (0..<200).map { "\($0)" }
    make(["v/"], at: outside)
    make(victims, at: outside + "/v")
    var swaps = 0
    for _ in 0..<10 {
      make([])
      for folder in 0..<100 { make(victims.prefix(20).map { $0 }, at: "\(root)/\(folder)") }
      let place = root
      // From the last on, to which a removal comes late, long after it read their names.
      let attacker = Attacker { turn in
        let folder = 99 - turn % 100
        guard rename("\(place)/\(folder)", "\(place)/moved-\(folder)") == 0 else { return 0 }
        return symlink("../outside/v", "\(place)/\(folder)") == 0 ? 1 : 0
      }
      // What was moved out of its way stays for the next one, which says so.
      _ = try? FileTree.remove(root, workers: workers)
      swaps += attacker.stop()
      try FileTree.remove(root)
      #expect(!exists(root))
    }
    #expect(swaps > 0)
    #expect(names(outside + "/v").count == victims.count)
  }

  @Test func `counts the blocks that nobody else holds, those of folders too`() throws {
    make(["a/"])
    make([], at: outside)
    let block = [UInt8](repeating: 7, count: 100_000)
    for name in ["a/single", "twice", "kept"] { try SmallFile.write(block, to: "\(root)/\(name)") }
    link(root + "/twice", root + "/twice-again")
    link(root + "/kept", outside + "/kept")
    var plan = UniqueBlocks()
    let expected = try plan.add(root)
    #expect(expected >= 200_000 && expected < 300_000)
    #expect(try FileTree.remove(root).bytes == expected)
    // The last name gives back what the first did not.
    #expect(try plan.add(outside + "/kept") >= 100_000)
    #expect(try FileTree.remove(outside + "/kept").bytes >= 100_000)
  }

  @Test func `of several trees gives each the bytes that only it and those before it hold`() throws
  {
    let block = [UInt8](repeating: 7, count: 100_000)
    let trees = (1...4).map { "\(ScratchDirectory.path)/\($0)" }
    for tree in trees { make([], at: tree) }
    try SmallFile.write(block, to: trees[0] + "/all")
    for tree in trees.dropFirst() { link(trees[0] + "/all", tree + "/all") }
    try SmallFile.write(block, to: trees[0] + "/two")
    link(trees[0] + "/two", trees[1] + "/two")
    var blocks = UniqueBlocks()
    let freed = try trees.dropLast().map { try blocks.add($0) / 100_000 }
    #expect(freed == [0, 1, 0])
    #expect(try blocks.add(trees[3]) >= 100_000)
    #expect(try trees.map { try FileTree.remove($0).bytes / 100_000 } == [0, 1, 0, 1])
  }

  @Test func `measures each inode once, whichever thread meets it, folders by number only`() throws
  {
    make(["a/"])
    try SmallFile.write(Array("12345".utf8), to: root + "/a/f")
    try SmallFile.write(Array("123".utf8), to: root + "/g")
    link(root + "/a/f", root + "/a/again")
    link(root + "/a/f", root + "/third")
    for workers in [1, 2, 8] {
      let size = try FileTree.measure(root, workers: workers)
      #expect(size.files == 5 && size.bytes == 8)
    }
  }

  @Test func `leaves no descriptor open, whatever ends it`() throws {
    make(["a/", "a/b/", "a/b/f"])
    for folder in 0..<20 { make(["1", "2"], at: "\(root)/a/b/\(folder)") }
    let crew = FolderCrew(
      open(root, O_RDONLY | O_DIRECTORY), path: root, Refusal(name: "7"))
    #expect(throws: BackupError(.interrupted, "enough")) { _ = try crew.run(workers: 3) { _ in } }
    // Other tests of this process open files too, but none below this folder.
    func stillOpen() -> [String] {
      DiskLayout.names(in: "/proc/self/fd").compactMap { name in
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
      }.filter { $0.hasPrefix(root) }
    }
    #expect(stillOpen() == [])
    try FileTree.remove(root)
    #expect(stillOpen() == [])
  }
}

/// Is at work on every file until it is free to go on.
private struct Pause: TreeVisitor {
  let waiting: Monitor<(atWork: Int, isFree: Bool)>
  let start = 0
  let takesApart = false

  init(_ waiting: Monitor<(atWork: Int, isFree: Bool)>) { self.waiting = waiting }

  func visit(
    _ name: UnsafePointer<CChar>, in folder: Int32, _ count: inout Int, path: () -> String
  ) throws(BackupError) {
    waiting.update { $0.atWork += 1 }
    waiting.wait { $0.isFree ? () : nil }
    waiting.update { $0.atWork -= 1 }
  }

  func leave(
    _ name: UnsafePointer<CChar>, in folder: Int32, blocks: Int64, _ count: inout Int,
    path: () -> String
  ) throws(BackupError) {}

  func meetMount(path: () -> String) throws(BackupError) {}
}

/// Ends the work at the folder of one name.
private struct Refusal: TreeVisitor {
  let name: String
  let start = 0
  let takesApart = false

  func visit(
    _ name: UnsafePointer<CChar>, in folder: Int32, _ count: inout Int, path: () -> String
  ) throws(BackupError) {}

  func leave(
    _ name: UnsafePointer<CChar>, in folder: Int32, blocks: Int64, _ count: inout Int,
    path: () -> String
  ) throws(BackupError) {
    if String(cString: name) == self.name { throw BackupError(.interrupted, "enough") }
  }

  func meetMount(path: () -> String) throws(BackupError) {}
}

/// Does the same again and again on a thread of its own, until it is stopped.
private final class Attacker: Sendable {
  private struct State {
    var isStopped = false
    var isOver = false
    var hits = 0
  }

  private let state = Monitor(State())

  /// `attack` gets the number of its turn, and gives how often it hit.
  init(_ attack: @escaping @Sendable (Int) -> Int) {
    OwnThread.start { [state] in
      var turn = 0
      while !state.update(\.isStopped) {
        let hits = attack(turn)
        turn += 1
        state.update { $0.hits += hits }
      }
      state.update { $0.isOver = true }
    }
    // The race begins when both are at the start.
    state.wait { $0.hits > 0 ? () : nil }
  }

  func stop() -> Int {
    state.update { $0.isStopped = true }
    return state.wait { $0.isOver ? $0.hits : nil }
  }
}
