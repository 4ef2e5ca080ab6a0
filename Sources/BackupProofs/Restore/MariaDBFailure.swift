import OutsideWorld
import TISBackupCore

/// Why the client could not load a dump.
struct MariaDBFailure: Sendable {
  /// Numbers that say what the server lacks, not what is wrong with the dump: no such engine,
  /// character set, collation, variable, plug-in; no space; no rights; the server is gone.
  private static let ofTheServer: Set<Int> = [
    3, 28, 1021, 1030, 1041, 1044, 1045, 1114, 1115, 1142, 1143, 1193, 1227, 1235, 1273, 1286, 1289,
    1290, 1356, 1370, 1449, 1524, 2002, 2003, 2006, 2013,
  ]
  /// Numbers that do so where they speak of another database.
  private static let ofOthers: Set<Int> = [1049, 1051, 1146, 1305, 1630]

  /// The number of the server's error; nil when it came from the client itself.
  let number: Int?
  let reason: String

  init(_ finished: Finished) {
    // The statement that failed stands above it, and may look like anything.
    let line = finished.errors.split(whereSeparator: \.isNewline).last { $0.hasPrefix("ERROR ") }
    reason = String((line.map { String($0) } ?? finished.reason).prefix(300))
    number = reason.split(separator: " ").dropFirst().first.flatMap { Int($0) }
  }

  /// The user that does not exist here: `The user specified as a definer ('u'@'h') does not exist`.
  var missingDefiner: MariaDBDumpText.Definer? {
    let parts = reason.split(separator: "definer ('", maxSplits: 1)
    guard number == 1449, parts.count == 2 else { return nil }
    let names = parts[1].split(separator: "'@'", maxSplits: 1)
    guard names.count == 2 else { return nil }
    return .init(user: String(names[0]), host: String(names[1].prefix { $0 != "'" }))
  }

  func error(for dump: StoredDump, text: MariaDBDumpText, here: String) -> BackupError {
    let maker = text.version.map { Version($0) }
    if let maker, maker.isStranger(to: Version(here)) {
      return BackupError(
        .storage, .otherServer(dump, maker, here: Version(here), reason),
        hint: .installSame(maker))
    }
    if let number, Self.ofTheServer.contains(number) || isOfAnother(number, dump) {
      return BackupError(.storage, .cannotTell(dump, reason), hint: .lookAtServer)
    }
    return BackupError(.unproven, .bad(dump, reason))
  }

  /// Whether something of a database is missing that is not in this dump.
  private func isOfAnother(_ number: Int, _ dump: StoredDump) -> Bool {
    guard Self.ofOthers.contains(number) else { return false }
    return !reason.contains("'\(dump.database).") && !reason.contains(" \(dump.database).")
  }
}

/// A server as it calls itself.
private struct Version: CustomStringConvertible {
  let text: String
  private let numbers: [Int]

  init(_ text: String) {
    self.text = text
    numbers = text.split { !$0.isNumber }.prefix(2).map { Int($0) ?? 0 }
  }

  var isMariaDB: Bool { text.contains("MariaDB") }

  /// Whether its dumps may hold what the other one never heard of.
  func isStranger(to other: Version) -> Bool {
    isMariaDB != other.isMariaDB || other.numbers.lexicographicallyPrecedes(numbers)
  }

  var description: String { isMariaDB ? text : "MySQL \(text)" }
}

extension BackupError.Message {
  fileprivate static let lookAtServer: Self =
    "That is missing here, not in the dump: make this machine's MariaDB like the one it came from."
  fileprivate static func otherServer(
    _ dump: StoredDump, _ maker: Version, here: Version, _ reason: String
  ) -> Self {
    "'\(dump.path)' cannot be tested here: it comes from \(maker), and here is \(here): \(reason)"
  }
  fileprivate static func installSame(_ maker: Version) -> Self {
    maker.isMariaDB
      ? "Install that release of MariaDB or a newer one on this machine."
      : "Test such dumps on a machine with MySQL, by hand: only MariaDB can be started for it."
  }
}
