import Glibc
import TISBackupTestSupport
import Testing

@testable import TISBackupCore

@Suite(.scratch) struct SectionSecretTests {
  private static let pin = Key.optional("pin", "a number nobody may see").secret
  private var file: String { ScratchDirectory.path + "/pin" }

  private func section(_ values: [String: String]) -> Section {
    Section(name: "web", line: 3, values: values.mapValues { Section.Value($0, line: 7) })
  }

  @Test(arguments: [
    ("hunter2\n", "hunter2"), ("hunter2", "hunter2"), ("hunter2\r\n", "hunter2"),
    ("one\ntwo\n", "one"), (" with blanks \n", " with blanks "), ("a=b#c;d\n", "a=b#c;d"),
    ("é\n", "é"), ("two\r\r\n", "two\r"),
  ])
  func `a secret is the first line of its file, without the end of the line`(
    _ text: String, _ secret: String
  ) throws {
    try SmallFile.write(Array(text.utf8), to: file)
    #expect(try section(["pin_file": file]).secret(Self.pin) == secret)
  }

  @Test func `a value wins over a file, and an empty one counts as none`() throws {
    try SmallFile.write(Array("of the file".utf8), to: file)
    #expect(try section(["pin": "own", "pin_file": "/none"]).secret(Self.pin) == "own")
    #expect(try section(["pin": "", "pin_file": file]).secret(Self.pin) == "of the file")
    #expect(try section(["pin_file": ""]).secret(Self.pin) == nil)
    #expect(try section([:]).secret(Self.pin) == nil)
  }

  @Test func `a secret of global stands behind both`() throws {
    var section = section([:])
    section.globals["pin"] = Section.Value("of all", line: 1)
    #expect(try section.secret(Self.pin.global()) == "of all")
    #expect(try section.secret(Self.pin) == nil)
  }

  @Test(arguments: [
    ("missing", "cannot read '/missing': No such file or directory"),
    ("folder", "'/folder' is not a regular file"), ("fifo", "'/fifo' is not a regular file"),
    ("empty", "the first line of '/empty' is empty"),
    ("blank", "the first line of '/blank' is empty"),
    ("return", "the first line of '/return' is empty"),
    ("latin", "the first line of '/latin' is not UTF-8"),
  ])
  func `a file without a secret is named with the line, the key and the cure`(
    _ name: String, _ problem: String
  ) throws {
    let folder = ScratchDirectory.path
    mkdir(folder + "/folder", 0o755)
    mkfifo(folder + "/fifo", 0o600)
    for (name, bytes) in [
      ("empty", []), ("blank", Array("\nhunter2".utf8)), ("return", Array("\r\n".utf8)),
      ("latin", [0x70, 0xe9, 0x0a]),
    ] as [(String, [UInt8])] {
      try SmallFile.write(bytes, to: "\(folder)/\(name)")
    }
    let error = #expect(throws: BackupError.self) {
      try section(["pin_file": "\(folder)/\(name)"]).secret(Self.pin)
    }
    #expect(error?.code == .configuration)
    #expect(
      error?.description.replacing(folder, with: "") == """
        tisbackup-config.ini:7: section [web] key 'pin_file': \(problem)
        HINT: Write the secret into the first line of that file, or correct 'pin_file'.
        """)
  }
}
