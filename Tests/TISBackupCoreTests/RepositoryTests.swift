import Foundation
import TISBackupCore
import TISBackupTestSupport
import Testing

@Suite("the base folder as a repository", .scratch)
struct RepositoryTests {
  private let base = "\(ScratchDirectory.path)/base"
  private let memory = BaseMemory(folder: "\(ScratchDirectory.path)/var/state")
  private var marker: String { "\(base)/.tisbackup-base" }
  private var repository: Repository {
    Repository(DiskLayout(base: base), remembering: memory)
  }

  init() throws { try makeFolder(base) }

  @Test func `is begun in any folder that nobody remembers, and marked`() throws {
    try repository.require()
    #expect(names(base) == [])
    #expect(try repository.mark() == nil)
    #expect(names(base) == [".tisbackup-base"])
    #expect(try text(marker).contains("This folder holds backups."))
    #expect(memory.knows(base))
  }

  @Test func `without its marker is another folder, in which nothing is written`() throws {
    #expect(try repository.mark() == nil)
    try FileManager.default.removeItem(atPath: marker)
    for work in [repository.require, { _ = try repository.mark() }] {
      let error = #expect(throws: BackupError.self) { try work() }
      #expect(
        error?.message.text
          == "the base folder '\(base)' has no .tisbackup-base, which it had before")
      #expect(error?.hint?.text.contains("touch '\(marker)'") == true)
    }
    #expect(names(base) == [])
    try write("", to: marker)
    try repository.require()
  }

  @Test func `that is taken over from another machine is remembered here, too`() throws {
    try write("", to: marker)
    #expect(try repository.mark() == nil)
    #expect(memory.knows(base))
  }

  @Test func `is kept though it cannot be remembered`() throws {
    try write("in the way", to: "\(ScratchDirectory.path)/var")
    let problem = try repository.mark()
    #expect(problem?.code == .storage)
    #expect(exists(marker))
    try repository.require()
  }

  @Test func `is not there without its folder`() throws {
    try FileManager.default.removeItem(atPath: base)
    #expect(throws: BackupError.self) { try repository.require() }
    #expect(throws: BackupError.self) { try repository.mark() }
    #expect(!memory.knows(base))
  }

  @Test func `remembers many folders, each once`() throws {
    for name in ["one", "two", "one", "three", "two"] { try memory.remember("/backup/\(name)") }
    #expect(
      try text("\(ScratchDirectory.path)/var/state/bases")
        == "/backup/one\n/backup/two\n/backup/three\n")
    #expect(memory.knows("/backup/two") && !memory.knows("/backup/tw") && !memory.knows(""))
    try memory.remember("/backup/new\nline")
    #expect(!memory.knows("/backup/new\nline") && !memory.knows("line"))
  }

  @Test func `is shared by all who work on sections, and nobody has it alone meanwhile`() throws {
    let one = try repository.share()
    let other = try repository.share()
    let error = #expect(throws: BackupError.self) { _ = try repository.own() }
    #expect(error?.code == .locked)
    #expect(error?.message.text == "another tool is at work on the backups in '\(base)'")
    withExtendedLifetime((one, other)) {}
  }

  @Test func `is had alone by one, and given back`() throws {
    do {
      let alone = try repository.own()
      #expect(throws: BackupError.self) { _ = try repository.own() }
      withExtendedLifetime(alone) {}
    }
    withExtendedLifetime(try repository.share()) {}
  }
}
