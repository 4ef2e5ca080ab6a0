import Foundation
import TISBackupTestSupport
import Testing

/// A backup server whose base folder is a small disk of its own, with one good backup on it.
struct DiskSite {
  /// What leaves the guard out of it that keeps a run off a disk which is nearly full.
  static let unguarded = "minimum_free = 0%\nminimum_free_inodes = 0%"

  let site: Site
  let disk: LoopDisk

  /// Makes one for as long as `body` runs.
  static func with(
    megabytes: Int = 16, inodes: Int? = nil, _ body: (DiskSite) async throws -> Void
  ) async throws {
    let site = try await Site.start()
    try await LoopDisk.mounted(site.base, megabytes: megabytes, inodes: inodes) { disk in
      try site.configure(site.section("web1"), global: unguarded)
      try await site.expectNextRun()
      try await body(DiskSite(site: site, disk: disk))
    }
  }

  /// Adds to the source `count` files, `bulk0` and so on, that no compression makes smaller.
  func addBulk(_ count: Int, kilobytes: Int) throws {
    var generator = SystemRandomNumberGenerator()
    for number in 0..<count {
      let words = (0..<kilobytes * 128).map { _ in generator.next() }
      try words.withUnsafeBytes { Data($0) }
        .write(to: URL(filePath: "\(site.source)/bulk\(number)"))
    }
  }
}
