import TISBackupTestSupport
import Testing

@testable import TISBackupCore

struct SectionTests {
  private static let secret = Key.optional("pin", .number(1...9), "a number nobody may see").secret
  private static let local = Key.optional("level", .number(0...9), default: "5", "how much")
    .global(as: "default_level")

  private func section(_ values: [String: String], globals: [String: String] = [:]) -> Section {
    Section(
      name: "web", line: 3, values: values.mapValues { Section.Value($0, line: 7) },
      globals: globals.mapValues { Section.Value($0, line: 2) })
  }

  @Test(
    arguments: [
      (["level": "1"], ["default_level": "2"], "1", 7), ([:], ["default_level": "2"], "2", 2),
      (["level": ""], ["default_level": "2"], "2", 2),
      (["level": ""], ["default_level": ""], "5", 3),
      ([:], ["level": "4"], "5", 3), ([:], [:], "5", 3),
    ] as [([String: String], [String: String], String, Int)])
  func `a value is the section's own, then that of global, then the default`(
    _ values: [String: String], _ globals: [String: String], _ text: String, _ line: Int
  ) throws {
    let section = section(values, globals: globals)
    #expect(section.text(Self.local) == text)
    #expect(try section.number(Self.local) == Int(text))
    #expect(section.place(of: Self.local) == "tisbackup-config.ini:\(line)")
  }

  @Test func `a key that is nowhere and has no default is nothing`() throws {
    let section = section([:])
    #expect(section.text(.privateKey) == nil)
    #expect(try section.number(.warningAge) == nil)
    #expect(try section.seconds(.timeout) == nil)
    #expect(try section.words(.sshOptions) == [])
    #expect(!section.flag(.compression) && section.flag(.protectArgs))
    #expect(section.typeName == "" && section.type == nil && section.server == "")
  }

  @Test func `a required key that is missing names section, line and what to add`() {
    let error = #expect(throws: BackupError.self) { try section([:]).require(.maximumAge) }
    #expect(
      error?.description == """
        tisbackup-config.ini:3: section [web] needs the key 'maximum_backup_age'
        HINT: Add 'maximum_backup_age = ...' there or in [global]: hours after which a missing good \
        backup is CRITICAL.
        """)
    let own = #expect(throws: BackupError.self) { try section([:]).require(.serverName) }
    #expect(own?.hint?.text == "Add 'server_name = ...': the machine that is backed up.")
  }

  @Test(arguments: [
    ("yes", true), ("TRUE", true), ("t", true), ("1", true), ("no", false), ("0", false),
    ("on", false), ("oui", false),
  ])
  func `a flag says yes in TISBackup's words only`(_ text: String, _ flag: Bool) {
    #expect(section(["compression": text]).flag(.compression) == flag)
  }

  @Test func `values are read in their form`() throws {
    let section = section([
      "timeout": "90", "idle_timeout": "1h", "ssh_options": "A=b 'C=d e'", "ssh_port": "2222",
      "type": "xcp-dump-metadata", "server_name": "srv",
    ])
    #expect(try section.seconds(.timeout) == 90)
    #expect(try section.seconds(.idleTimeout) == 3600)
    #expect(try section.seconds(.connectTimeout) == 15)
    #expect(try section.seconds(.sshPort) == nil)
    #expect(try section.words(.sshOptions) == ["A=b", "C=d e"])
    #expect(try section.number(.sshPort) == 2222)
    #expect(section.type?.name == "xen-meta-data" && section.server == "srv")
  }

  @Test func `a value that cannot be read is an error, never a default`() {
    let section = section(["ssh_port": "x", "timeout": "soon", "ssh_options": "'a"])
    let number = #expect(throws: BackupError.self) { try section.number(.sshPort) }
    #expect(
      number?.description == """
        tisbackup-config.ini:7: section [web] key 'ssh_port': 'x' is not a whole number
        HINT: Write a whole number from 1 to 65535.
        """)
    #expect(throws: BackupError.self) { try section.seconds(.timeout) }
    #expect(throws: BackupError.self) { try section.words(.sshOptions) }
  }

  @Test func `a secret may stand in a file, and is never shown`() {
    #expect(section(["pin_file": "/f"]).text(Self.secret) == "/f")
    #expect(section(["pin": "1", "pin_file": "/f"]).text(Self.secret) == "1")
    #expect(section(["ssh_port_file": "/f"]).text(.sshPort) == "22")
    let error = #expect(throws: BackupError.self) {
      try section(["pin": "hunter2"]).number(Self.secret)
    }
    #expect(error?.description.contains("hunter2") == false)
    #expect(error?.message.text.hasSuffix("key 'pin': '***' is not a whole number") == true)
  }
}
