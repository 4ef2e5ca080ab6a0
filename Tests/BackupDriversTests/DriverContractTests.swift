import BackupDrivers
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// What every driver promises, now and later: the registry brings the arguments.
@Suite(.scratch)
struct DriverContractTests {
  static let names = BackupDrivers.all.map { $0.type.name }
  private static let secret = "s3cret-value"
  private static let date = "20261124-01h02m03"

  @Test func `no type has two drivers`() {
    #expect(Set(Self.names).count == Self.names.count)
  }

  @Test(arguments: names)
  func `a driver serves a type of the schema, under its name and its aliases`(_ name: String)
    throws
  {
    let type = try #require(BackupTypes.named(name))
    for word in [type.name] + type.aliases {
      let section = Section(name: "web1", values: ["type": .init(word, line: 1)])
      #expect(BackupDrivers.driver(for: section)?.type.name == name)
    }
  }

  @Test(arguments: names)
  func `a section with every key of its type is sound, and its driver takes it`(_ name: String)
    throws
  {
    let configuration = try configuration(of: name)
    #expect(configuration.problems == [])
    _ = try BackupDrivers.make(try #require(configuration.sections.first))
  }

  @Test(arguments: names)
  func `each key that is missing is named, with file, section and a hint`(_ name: String) throws {
    let type = try #require(BackupTypes.named(name))
    for key in type.keys where key.isRequired {
      let configuration = try configuration(of: name, without: key)
      let section = try #require(configuration.sections.first)
      let problem = try #require(configuration.errors(of: section).first, "\(key.name)")
      #expect(problem.message == "needs the key '\(key.name)'")
      let error = #expect(throws: BackupError.self) { try BackupDrivers.make(section) }
      #expect(
        error?.message.text
          == "tisbackup-config.ini:5: section [web1] needs the key '\(key.name)'")
      #expect(error?.hint?.text.hasPrefix("Add '\(key.name) = ...'") == true)
    }
  }

  @Test(arguments: names)
  func `a driver that refuses a value names its place, section, key and the right form`(
    _ name: String
  ) throws {
    let type = try #require(BackupTypes.named(name))
    var refused = 0
    for key in type.allKeys {
      guard let bad = key.form.badSample else { continue }
      let configuration = try configuration(of: name, [key.name: bad])
      let section = try #require(configuration.sections.first)
      #expect(configuration.errors(of: section).contains { $0.message.contains("'\(key.name)'") })
      do throws(BackupError) {
        _ = try BackupDrivers.make(section)
      } catch {
        refused += 1
        #expect(error.code == .configuration)
        #expect(error.message.text.hasPrefix("tisbackup-config.ini:"), "\(error)")
        #expect(error.message.text.contains("section [web1] key '\(key.name)'"), "\(error)")
        #expect(error.hint != nil, "\(error)")
      }
    }
    #expect(type.isByDesignWithoutBackup == (refused == 0))
  }

  @Test(arguments: names)
  func `a dry run shows no secret, and no argument or variable holds one`(_ name: String) throws {
    let section = try #require(try configuration(of: name).sections.first)
    let invocations = try BackupDrivers.make(section).preview(into: .first)
    #expect(invocations.isEmpty == section.type?.isByDesignWithoutBackup)
    for invocation in invocations {
      #expect(!invocation.redacted.contains(Self.secret))
      #expect(!invocation.arguments.contains { $0.contains(Self.secret) })
      #expect(!invocation.environment.values.contains { $0.contains(Self.secret) })
      #expect(!invocation.program.contains("/"))
    }
  }

  @Test(arguments: names)
  func `a finished backup has a name that is recognised again`(_ name: String) throws {
    let section = try #require(try configuration(of: name).sections.first)
    let driver = try BackupDrivers.make(section)
    let type = try #require(section.type)
    let start = type.start(
      ofArtifact: driver.artifactName(for: Self.date), section: "web1", in: .paris)
    #expect(start == (type.artifact == .none ? nil : SnapshotName.start(of: Self.date, in: .paris)))
    #expect(!driver.artifactName(for: Self.date).hasSuffix(DiskLayout.partialSuffix))
  }

  @Test(arguments: names)
  func `a failed backup and a failed login say which section, and what to do`(_ name: String)
    async throws
  {
    let section = try #require(try configuration(of: name).sections.first)
    let driver = try BackupDrivers.make(section)
    guard section.type?.isByDesignWithoutBackup == false else {
      #expect(try await driver.backUp(into: .first, using: failing()).status == .ok)
      return
    }
    let errors = [
      await #expect(throws: BackupError.self) {
        _ = try await driver.backUp(into: .first, using: failing())
      },
      await #expect(throws: BackupError.self) {
        _ = try await driver.testConnection(using: failing())
      },
    ]
    for error in errors {
      #expect(error?.message.text.hasPrefix("section [web1]: ") == true)
      #expect(error?.hint != nil)
    }
  }

  @Test func `every type of the schema has a driver, and no other has one`() throws {
    #expect(Set(BackupTypes.all.map(\.name)) == Set(Self.names))
    let section = Section(name: "old", line: 7, values: ["type": .init("ftp", line: 8)])
    let error = #expect(throws: BackupError.self) { try BackupDrivers.make(section) }
    #expect(error?.code == .configuration)
    #expect(
      error?.message.text == "tisbackup-config.ini:8: section [old]: there is no type 'ftp'")
    #expect(error?.hint?.text == "Use one of \(Self.names.joined(separator: ", ")).")
  }

  /// A world in which every program fails as if the login were refused.
  private func failing() -> World {
    World(
      now: { Instant(seconds: 0) }, zone: .utc, writer: .scripted, isAlive: { _ in true },
      run: { _, _ in Finished(255, errors: "backup@web1: Permission denied (publickey).\n") },
      say: { _ in })
  }

  /// An ini with one section that gives every key of its type, except as told.
  private func configuration(
    of name: String, without: Key? = nil, _ given: [String: String] = [:]
  ) throws -> Configuration {
    let password = try write(Self.secret, to: "\(ScratchDirectory.path)/password")
    let keys = try #require(BackupTypes.named(name)).allKeys.filter { $0.name != without?.name }
    let values = ["type": name, "password_file": password, "switch_type": "CISCO"]
      .merging(given) { $1 }
    let lines = keys.map { key in
      let value = values[key.name] ?? (key.isSecret ? Self.secret : key.form.sample)
      return "\(key.name) = \(value)"
    }
    return try Configuration.parse(
      "[global]\nbackup_base_dir = /backup\nbackup_retention_time = 30\nmaximum_backup_age = 30\n"
        + "[web1]\n" + lines.joined(separator: "\n"))
  }
}
