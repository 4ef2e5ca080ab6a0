import Glibc
import TISBackupCore

/// Checks a dump of the database of a Xen pool while its bytes pass, in pieces of any size.
///
/// The form is that of XAPI's own reader (`ocaml/database/db_xml.ml`): a `<manifest>` of pairs, then
/// tables of rows. What it does not know is passed over, for releases to come.
package final class PoolDatabase {
  /// What is in a whole one.
  package struct Content: Sendable, Equatable {
    /// Virtual machines: no templates, snapshots or control domains.
    package var machines: Int
    package var hosts: Int
    package var storages: Int
    /// Whether its line ends are those of a terminal, which XAPI never writes.
    package var passedTerminal: Bool

    /// The same for a log.
    package var summary: String {
      let counts = [(machines, "machine"), (hosts, "host"), (storages, "storage")]
      let words = counts.map { "\($0) \($1)\($0 == 1 ? "" : "s")" }.joined(separator: ", ")
      return words + (passedTerminal ? "; its line ends are those of a terminal" : "")
    }
  }

  /// A row is one tag; the largest field, what a snapshot remembers of its machine, has some 100 kB.
  private static let limits = XMLReader.Limits(depth: 16, token: 4 << 20)

  private let subject: String
  private let reader: XMLReader
  private let tally: PoolTables
  private var passedTerminal = false

  /// `subject` is what the dump is, for messages, as `'/path'`.
  package init(of subject: String) throws(BackupError) {
    let tally = PoolTables(subject: subject)
    reader = try XMLReader(of: subject, limits: Self.limits) { event throws(BackupError) in
      try tally.hear(event)
    }
    (self.subject, self.tally) = (subject, tally)
  }

  /// Takes the next piece of the dump.
  ///
  /// Throws `.unproven` as soon as it can be no database of a pool.
  package func take(_ piece: UnsafeRawBufferPointer) throws(BackupError) {
    if let start = piece.baseAddress, !passedTerminal {
      passedTerminal = memchr(start, 0x0d, piece.count) != nil
    }
    try reader.take(piece)
  }

  /// Ends the dump, and tells what is in it.
  ///
  /// Throws `.unproven` when it is cut short, lacks what every pool has, or cannot be restored.
  package func finish() throws(BackupError) -> Content {
    try reader.finish()
    try tally.check()
    return Content(
      machines: tally.machines, hosts: tally.rows["host", default: 0],
      storages: tally.rows["SR", default: 0], passedTerminal: passedTerminal)
  }
}
