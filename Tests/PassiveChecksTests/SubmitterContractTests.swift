import OutsideWorld
import PassiveChecks
import TISBackupCore
import TISBackupTestSupport
import Testing

/// What every way to a server promises, now and later: the registry brings the arguments.
@Suite("every submitter", .scratch)
struct SubmitterContractTests {
  static let names = PassiveSubmitters.all.map { $0.type.name }
  private static let secret = "s3cret-value"
  /// Of each type, the key that stands instead of others.
  private static let alternatives = ["nsca": "config"]

  @Test("serves a type of the monitoring ini, and no type has two")
  func types() {
    #expect(Set(Self.names).count == Self.names.count)
    #expect(Set(Self.names).isSubset(of: SubmitterTypes.all.map(\.name)))
  }

  @Test("takes a target with every key of its type", arguments: names)
  func complete(_ name: String) throws {
    let settings = try settings(of: name)
    #expect(settings.problems == [])
    let made = try PassiveSubmitters.make(try #require(settings.targets.first))
    #expect(type(of: made).type.name == name)
  }

  @Test("names each key that is missing, with file, line, section and a hint", arguments: names)
  func missing(_ name: String) throws {
    let type = try #require(SubmitterTypes.named(name))
    for key in type.keys where key.isRequired {
      let settings = try settings(of: name, without: key)
      let target = try #require(settings.targets.first)
      #expect(settings.errors(of: target).map(\.message) == ["needs the key '\(key.name)'"])
      let error = #expect(throws: BackupError.self) { try PassiveSubmitters.make(target) }
      #expect(error?.code == .configuration)
      #expect(
        error?.message.text
          == "tisbackup-monitoring.ini:2: section [here] needs the key '\(key.name)'")
      #expect(error?.hint?.text.hasPrefix("Add '\(key.name) = ...'") == true)
    }
  }

  @Test(
    "has a value refused that is wrong, with its place, key and the right form", arguments: names)
  func bad(_ name: String) throws {
    let type = try #require(SubmitterTypes.named(name))
    for key in type.keys where !key.isSecret {
      guard let bad = key.form.badSample else { continue }
      let settings = try settings(of: name, [key.name: bad])
      let target = try #require(settings.targets.first)
      let problem = try #require(settings.errors(of: target).first, "\(key.name)")
      #expect(problem.message.hasPrefix("key '\(key.name)': '\(bad)' "))
      #expect(problem.place?.hasPrefix("tisbackup-monitoring.ini:") == true)
      #expect(problem.hint?.hasSuffix(".") == true)
      do throws(BackupError) {
        _ = try PassiveSubmitters.make(target)
      } catch {
        #expect(error.code == .configuration && error.hint != nil, "\(error)")
        #expect(error.message.text.contains("section [here] key '\(key.name)'"), "\(error)")
      }
    }
  }

  @Test("names the file of a secret that cannot be read", arguments: names)
  func unreadable(_ name: String) throws {
    let type = try #require(SubmitterTypes.named(name))
    for key in type.keys where key.isSecret {
      let settings = try settings(
        of: name, without: key, more: "\(key.name)_file = /nonexistent/secret")
      let target = try #require(settings.targets.first)
      let error = #expect(throws: BackupError.self) { try PassiveSubmitters.make(target) }
      #expect(error?.description.contains("/nonexistent/secret") == true, "\(key.name)")
      #expect(error?.description.contains("[here]") == true, "\(key.name)")
    }
  }

  @Test(
    "answers for every result, whatever fails, with one sentence and no secret", arguments: names)
  func failing(_ name: String) async throws {
    let target = try #require(try settings(of: name).targets.first)
    let submitter = try PassiveSubmitters.make(target)
    let hasSecret = SubmitterTypes.named(name)?.keys.contains(where: \.isSecret) == true
    let results = (0..<120).map { PassiveResult.sample(service: "s\($0)") }
    for end in [Finished.End.exited(7), .exited(2), .signaled(9), .timedOut(.program(1))] {
      let deliveries = await submitter.submit(
        results, using: failing(end, hasSecret: hasSecret), patience: Patience(seconds: 1))
      #expect(deliveries.count == results.count)
      let sentences = Set(deliveries.map(\.kept))
      #expect(sentences.count == 1 && !sentences.contains(nil), "\(sentences)")
      for sentence in sentences.compactMap({ $0 }) {
        #expect(sentence.contains("[here]"), "\(sentence)")
        #expect(sentence.last.map(".?".contains) == true && sentence.contains("; "), "\(sentence)")
        #expect(!sentence.contains(Self.secret) && !sentence.contains("\n"), "\(sentence)")
      }
    }
    let none = await submitter.submit(
      [], using: failing(.exited(1), hasSecret: hasSecret), patience: .long)
    #expect(none == [])
  }

  /// A world in which every program fails, and none is shown a secret but on its standard input;
  /// what it says may show a line of that.
  private func failing(_ end: Finished.End, hasSecret: Bool) -> World {
    World(
      now: { Instant(seconds: 1_700_000_000) }, zone: .utc, writer: .scripted,
      isAlive: { _ in true },
      run: { invocation, _ in
        #expect(!invocation.redacted.contains(Self.secret))
        #expect(!invocation.arguments.contains { $0.contains(Self.secret) })
        #expect(!invocation.environment.values.contains { $0.contains(Self.secret) })
        #expect((invocation.timeLimit ?? .max) < 60)
        return Finished(end, errors: "<stdin>:3: '\(hasSecret ? Self.secret : "")' is odd\n")
      }, say: { _ in })
  }

  /// A monitoring ini with one target that gives every key of its type, except as told.
  ///
  /// Paths are not there, and machines are not known.
  private func settings(
    of name: String, without: Key? = nil, _ given: [String: String] = [:], more: String = ""
  ) throws -> MonitoringSettings {
    let type = try #require(SubmitterTypes.named(name))
    let lines = type.keys.filter { $0.name != without?.name && $0.name != Self.alternatives[name] }
      .map { key in
        let sample: String =
          switch key.form {
          case .host: "nosuch.invalid"
          case .url(let schemes): "\(schemes[0])://nosuch.invalid:5665"
          case .path: "/nonexistent/file"
          default: key.form.sample
          }
        return "\(key.name) = \(given[key.name] ?? (key.isSecret ? Self.secret : sample))"
      }
    return MonitoringSettings(
      document: INIDocument(
        parsing: Array(
          "# one target\n[here]\ntype = \(name)\n\(lines.joined(separator: "\n"))\n\(more)\n".utf8),
        path: "tisbackup-monitoring.ini"))
  }
}

@Suite("the registry of submitters")
struct SubmitterRegistryTests {
  @Test("makes nothing of an unknown type")
  func unknown() throws {
    let error = #expect(throws: BackupError.self) {
      try PassiveSubmitters.make(try target("[here]\ntype = icinga3"))
    }
    #expect(error?.message.text == "target [here] asks for the unknown type 'icinga3'")
  }

  @Test(
    "has every type of the monitoring ini",
    arguments: SubmitterTypes.all.map(\.name))
  func all(_ name: String) {
    #expect(PassiveSubmitters.all.contains { $0.type.name == name })
  }
}
