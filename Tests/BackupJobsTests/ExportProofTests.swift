import Foundation
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import BackupJobs

@Suite("a target that is read back", .scratch)
struct ExportProofTests {
  private let bench: Bench
  private var copy: String { "\(bench.target)/web1/\(Bench.name(hours: 1))" }

  init() throws {
    bench = try Bench(Bench.rsync("web1") + Bench.rsync("web2"))
    try makeFolder("\(ScratchDirectory.path)/target")
  }

  private func prepare() async throws {
    for section in ["web1", "web2"] {
      try bench.backup(hours: 2, of: section)
      try await bench.exported(keep: 2)
      let place = try bench.backup(hours: 1, of: section)
      try write("odd", to: "\(place)/a\\b\nc")
    }
    try await bench.exported(keep: 2)
  }

  private func prove(_ sections: [String]? = nil) async throws -> [SectionResult] {
    try await ExportProof(of: bench.target, sections: sections, world: exportWorld()).perform()
  }

  @Test func `is whole: every generation of every section`() async throws {
    try await prepare()
    let results = try await prove()
    #expect(results.map(\.section) == ["web1", "web2"])
    #expect(results.map(\.kind) == [.ok, .ok])
    #expect(results[0].message == "2 generations, 3 files as in the manifest")
    #expect(results.proof(at: Bench.now).log == "2 sections as in the manifest")
    #expect(try await prove(["web2"]).map(\.section) == ["web2"])
  }

  /// What can befall a copy, and what is said of it.
  enum Harm: CaseIterable {
    case changed, gone, added, generationGone, generationAdded

    func befall(_ copy: String) throws {
      switch self {
      case .changed: try write("other", to: "\(copy)/file")
      case .gone: try FileManager.default.removeItem(atPath: "\(copy)/a\\b\nc")
      case .added: try write("new", to: "\(copy)/new")
      case .generationGone: try FileManager.default.removeItem(atPath: copy)
      case .generationAdded:
        try FileManager.default.copyItem(
          atPath: copy, toPath: "\(DiskPath.parent(of: copy))/20200101-00h00m00")
      }
    }

    var words: String {
      let name = Bench.name(hours: 1)
      return switch self {
      case .changed: "\(name): 'file' has another content"
      case .gone: "\(name): 'a\\b\nc' is missing"
      case .added: "\(name): 'new' is not in the manifest"
      case .generationGone: "\(name): all of it is missing"
      case .generationAdded: "20200101-00h00m00: 'a\\b\nc' is not in the manifest, 'file' is not in"
      }
    }
  }

  @Test(arguments: Harm.allCases)
  func `names what is missing, added or changed, and goes on with the other sections`(_ harm: Harm)
    async throws
  {
    try await prepare()
    try harm.befall(copy)
    let results = try await prove()
    #expect(results.map(\.kind) == [.failed, .ok])
    #expect(results[0].message.hasPrefix(harm.words), "\(results[0].message)")
    let proof = results.proof(at: Bench.now)
    #expect(!proof.isGood && proof.log.hasPrefix("[web1] \(harm.words)"))
  }

  @Test func `tells the first of many, and how many more`() async throws {
    try await prepare()
    for number in 10..<20 { try write("x", to: "\(copy)/new\(number)") }
    let message = try await prove()[0].message
    #expect(message.contains("'new14' is not in the manifest, and 5 more"), "\(message)")
  }

  @Test func `takes what a stopped export left for nothing at all`() async throws {
    try await prepare()
    let copies = DiskPath.parent(of: copy)
    try FileManager.default.moveItem(atPath: copy, toPath: copy + ".incoming")
    let old = "\(copies)/\(Bench.name(hours: 2))"
    try FileManager.default.moveItem(
      atPath: old, toPath: "\(copies)/.trash-\(Bench.name(hours: 2))")
    #expect(try await prove().map(\.kind) == [.ok, .ok])
  }

  @Test func `that has no manifest, or not this section, is told`() async throws {
    let error = await #expect(throws: BackupError.self) { try await prove() }
    #expect(error?.message.text.contains("has no MANIFEST.sha256") == true)
    try await prepare()
    let result = try await prove(["web9"])[0]
    #expect(result.kind == .failed && result.message.hasPrefix("no copy of it is in"))
  }

  @Test func `is left alone while an export writes to it`() async throws {
    try await prepare()
    let lock = try #require(try FileLock(path: "\(bench.target)/.tisbackup.lock"))
    let error = await #expect(throws: BackupError.self) { try await prove() }
    #expect(error?.code == .locked)
    withExtendedLifetime(lock) {}
  }

  @Test func `whose manifest went bad is never taken for whole`() async throws {
    try await prepare()
    let path = "\(bench.target)/MANIFEST.sha256"
    try write(try text(path).replacing(#/^[0-9a-f]{8}/#, with: "zzzzzzzz"), to: path)
    let results = try await prove()
    #expect(results.map(\.kind) == [.failed, .ok])
    #expect(results[0].message.contains("cannot be read"))
  }
}
