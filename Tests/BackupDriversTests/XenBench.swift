import BackupDrivers
import Foundation
import OutsideWorld
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

/// A pool of Xen hosts, and sections that are backed up from it, in the scratch folder of a test.
struct XenBench {
  static let secret = "xen-s3cret"
  let folder = ScratchDirectory.path
  let host: XAPIHost
  let clock = Clock()
  /// What the work told.
  let notes = Notes()

  /// A clock on which waiting takes no time, and counts as so many times that.
  final class Clock: Sendable {
    static let speed = 20
    private let waited = Mutex(0)
    func wait(_ seconds: Int) { waited.withLock { $0 += seconds } }
    var ticks: ContinuousClock.Instant { .now + .seconds(Self.speed * seconds) }
    /// Seconds that were waited in all.
    var seconds: Int { waited.withLock { $0 } }
  }

  final class Notes: Sendable {
    private let all = Mutex<[Note]>([])
    func add(_ note: Note) { all.withLock { $0.append(note) } }
    /// The texts of at least this level.
    func texts(_ level: Note.Level = .info) -> [String] {
      all.withLock { $0 }.filter { $0.level >= level }.map(\.text)
    }
  }

  static func start(
    _ pool: XAPIPool = .sample, faults: [XAPIFault] = [], authority: TestCA? = nil
  ) async throws -> XenBench {
    XenBench(
      host: try await XAPIHost.start(
        in: ScratchDirectory.path, pool: pool, faults: faults, authority: authority))
  }

  /// The real world, but for its clock and what it remembers.
  var world: World {
    var world = World.live { [notes] in notes.add($0) }
    world.sleep = { [clock] seconds in
      clock.wait(seconds)
      await Task.yield()
    }
    world.ticks = { [clock] in clock.ticks }
    world.certificates = certificates
    return world
  }

  var certificates: KnownCertificates { KnownCertificates(folder: "\(folder)/state") }
  var file: String { "\(folder)/web1.xva" }

  func passwordFile(_ text: String = "root\n\(secret)\n") throws -> String {
    try write(text, to: "\(folder)/xen.password")
  }

  /// A section of a type; a line of `more` wins over those here.
  func section(_ type: String, _ more: String = "") throws -> Section {
    let own =
      switch type {
      case "xen-xva": "server_name = web1\nxcphost = \(host.address())\nuse_compression = false"
      case "copy-vm-xcp":
        """
        server_name = \(host.address())
        vm_name = web1
        storage_name = Backups
        network_name = Pool-wide network associated with eth0
        """
      default: "server_name = \(host.address())"
      }
    return try Configuration.section(
      """
      [vm]
      type = \(type)
      password_file = \(passwordFile())
      retries = 0
      \(own)
      \(more)
      """)
  }

  @discardableResult
  func backUp(_ section: Section, in world: World? = nil) async throws -> Outcome {
    try? FileManager.default.removeItem(atPath: file)
    var workspace = Workspace(folder: folder, partial: file)
    if section.type?.artifact == BackupType.Artifact.none {
      workspace.partial = "\(folder)/\(SnapshotName.text(for: self.world.now(), in: .utc))"
    }
    let limit = try section.seconds(.timeout)
    workspace.attempts = try Attempts(
      section, deadline: limit.map { Deadline($0, from: clock.ticks) })
    return try await BackupDrivers.make(section).backUp(into: workspace, using: world ?? self.world)
  }

  /// What a backup throws.
  func failure(_ section: Section, in world: World? = nil) async -> BackupError? {
    await #expect(throws: BackupError.self) { try await backUp(section, in: world) }
  }

  /// Nothing is left of us on the pool, and no half file here.
  func expectNothingLeft(
    except left: XAPILeftovers = XAPILeftovers(), location: SourceLocation = #_sourceLocation
  ) async throws {
    try await host.becomesIdle()
    #expect(try host.leftovers == left, sourceLocation: location)
    #expect(host.story == "", sourceLocation: location)
  }

  /// The methods that were called, without the ones that only look.
  func changes() throws -> [String] {
    try host.calls.map(\.method).filter { method in
      !["get_", "task.", "session."].contains { method.contains($0) }
    }
  }

  /// The keys of ours on the machine itself.
  var marks: [String] {
    get throws {
      try (host.records("VM", named: "web1")[0]["other_config"]?.keys ?? [])
        .filter { $0.hasPrefix("tisbackup") }
    }
  }
}
