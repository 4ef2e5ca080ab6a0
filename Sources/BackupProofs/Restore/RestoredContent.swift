/// What came back out of a dump.
package struct RestoredContent: Sendable, Equatable {
  /// Tables, without views.
  package var tables: Int64
  /// Rows of all tables.
  package var rows: Int64
  /// How long it took to load them.
  package var seconds: Double

  package init(tables: Int64, rows: Int64, seconds: Double) {
    (self.tables, self.rows, self.seconds) = (tables, rows, seconds)
  }
}
