import Foundation
import TISBackupTestSupport
import Testing

/// A site that backs up a database of a machine with Microsoft SQL Server.
struct SQLServerSite {
  let machine: SQLServerMachine
  let site: DatabaseSite

  static func start() async throws -> SQLServerSite {
    let machine = try SQLServerMachine(in: ScratchDirectory.path)
    return SQLServerSite(
      machine: machine, site: try await DatabaseSite.start(environment: machine.environment))
  }

  /// The finished backups.
  var files: [String] {
    names("\(site.base)/\(DatabaseSite.section)").filter {
      $0.hasSuffix(".bak.gz") && !$0.hasPrefix(".")
    }
  }

  /// Runs a backup that is good, and shows that it is what the server wrote; gives its path.
  @discardableResult
  func backUp(at location: SourceLocation = #_sourceLocation) async throws -> String {
    let before = Set(files)
    let result = try await site.run()
    #expect(result.status == 0, "\(result)", sourceLocation: location)
    let fresh = files.filter { !before.contains($0) }
    let name = try #require(fresh.count == 1 ? fresh.first : nil, "\(files)")
    let path = "\(site.base)/\(DatabaseSite.section)/\(name)"
    let unpacked = "\(site.folder)/unpacked.bak"
    let shell = try await program(
      ["sh", "-c", #"gzip -t "$1" && zcat "$1" >"$2""#, "sh", path, unpacked])
    #expect(shell.status == 0, "\(shell)", sourceLocation: location)
    #expect(try bytes(unpacked) == machine.written(), sourceLocation: location)
    #expect(try await site.rows("status, backup_location").last == "OK|\(path)")
    expectNothingLeft(at: location)
    return path
  }

  /// Neither here nor there.
  func expectNothingLeft(at location: SourceLocation = #_sourceLocation) {
    #expect(names(machine.folder) == [], sourceLocation: location)
    site.expectNothingLeft()
  }

  /// Runs one that fails for these reasons, and leaves nothing anywhere.
  func expectFailure(
    _ reasons: String..., at location: SourceLocation = #_sourceLocation
  ) async throws {
    let result = try await site.run()
    try await site.expectFailure(result)
    for reason in reasons {
      #expect(result.stderr.contains(reason), "\(result.stderr)", sourceLocation: location)
    }
    #expect(files == [], sourceLocation: location)
    expectNothingLeft(at: location)
  }
}
