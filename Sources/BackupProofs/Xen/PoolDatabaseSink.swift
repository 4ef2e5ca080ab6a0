import OutsideWorld
import TISBackupCore

/// Takes a dump of a pool's database into a gzip file, and checks it before it is compressed.
package final class PoolDatabaseSink: DumpSink {
  private let sink: GzipSink
  private let checked: Monitor<PoolDatabase>
  private let found = Monitor<PoolDatabase.Content?>(nil)

  /// Makes the file, which must not be there; `level` as gzip has it, 1 to 9.
  package init(path: String, level: Int, cores: Int, progress: GzipSink.Progress? = nil)
    throws(BackupError)
  {
    let checked = Monitor(try PoolDatabase(of: "the dump"))
    sink = try GzipSink(path: path, level: level, cores: cores, progress: progress) {
      piece throws(BackupError) in
      try checked.update { database in
        Result { () throws(BackupError) in try database.take(piece) }
      }.get()
    }
    self.checked = checked
  }

  package func drain(_ pipe: PipeReader) { sink.drain(pipe) }

  /// What could not be written, or what shows that this is no database.
  package var failure: BackupError? { sink.failure }

  /// Throws as ``PoolDatabase/finish()`` does too: the file is the caller's to remove then.
  package func finish() throws(BackupError) -> DumpContent {
    let content = try sink.finish()
    let database = try checked.update { database in
      Result { () throws(BackupError) in try database.finish() }
    }.get()
    found.update { $0 = database }
    return content
  }

  /// What is in the database, once it is finished.
  package var content: PoolDatabase.Content? { found.update { $0 } }

  package func cancel() { sink.cancel() }
}
