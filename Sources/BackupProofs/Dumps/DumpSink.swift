import OutsideWorld
import TISBackupCore

/// Takes a dump from the program that makes it into a file of the backup.
package protocol DumpSink: OutputSink {
  /// What could not be written so far; the program may have failed because of it.
  var failure: BackupError? { get }

  /// Makes the file whole, synced and proven; waits for the disk, so not for the threads of tasks.
  func finish() throws(BackupError) -> DumpContent

  /// Gives up what was written, and the room it took; the file is the caller's to remove.
  func cancel()
}

/// What came of a dump.
package struct DumpContent: Sendable, Equatable {
  package var edges: StreamEdges
  /// Bytes of the file.
  package var fileBytes: Int64

  package init(edges: StreamEdges, fileBytes: Int64) {
    (self.edges, self.fileBytes) = (edges, fileBytes)
  }
}
