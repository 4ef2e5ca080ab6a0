import Glibc
import OutsideWorld
import TISBackupCore

/// The programs of one PostgreSQL release, which belong together.
struct PostgreSQLPrograms: Sendable {
  private static let needed = ["initdb", "postgres", "psql", "pg_restore"]

  let folder: String

  init(on path: ProgramPath) throws(BackupError) {
    for folder in path.folders {
      // A link to one of them leads to all: Debian's own `psql` is a script that picks a release.
      guard let initdb = DiskPath.resolved(folder + "/initdb") else { continue }
      let folder = DiskPath.parent(of: initdb)
      if Self.needed.allSatisfy({ access("\(folder)/\($0)", X_OK) == 0 }) {
        self.folder = folder
        return
      }
    }
    throw BackupError(.storage, .noServer, hint: .installServer)
  }

  func path(_ name: String) -> String { "\(folder)/\(name)" }
}

/// A release of PostgreSQL, out of a text like `15.18 (Debian 15.18-0+deb12u1)`.
struct PostgreSQLVersion: Sendable, CustomStringConvertible {
  /// The first minor release of each major whose psql knows `\restrict` (CVE-2025-8714).
  private static let restrictingMinors = [13: 22, 14: 19, 15: 14, 16: 10, 17: 6]

  /// 90600 for 9.6, 150000 for 15: what changes what a dump may hold.
  let major: Int
  private let minor: Int
  let description: String

  /// Nil when there is no number in the text.
  init?(_ text: some StringProtocol) {
    let number = text.drop { !$0.isNumber }.prefix { $0.isNumber || $0 == "." }
    let parts = number.split(separator: ".").map { Int($0) ?? 0 }
    guard let first = parts.first else { return nil }
    let second = parts.count > 1 ? parts[1] : 0
    (major, minor) = first < 10 ? (first * 10_000 + second * 100, 0) : (first * 10_000, second)
    description = String(number)
  }

  var knowsRestrict: Bool {
    let number = major / 10_000
    guard let first = Self.restrictingMinors[number] else { return number > 17 }
    return minor >= first
  }
}

extension BackupError.Message {
  fileprivate static let noServer: Self = "no PostgreSQL server is here to load the dump into"
  fileprivate static let installServer: Self =
    "Install the server on this machine (Debian: postgresql; it need not run)."
}
