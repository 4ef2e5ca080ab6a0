/// Takes the standard output of a program while it runs, where that may be more than memory holds.
package protocol OutputSink: AnyObject, Sendable {
  /// Reads a pipe to its end; called once, on a thread that may wait.
  ///
  /// Returning early tells the program that nobody takes more (a broken pipe). What went wrong is
  /// the sink's to keep, for whoever made it.
  func drain(_ pipe: PipeReader)
}

/// Gives a program its standard input while it runs, where that may be more than memory holds.
package protocol InputSource: AnyObject, Sendable {
  /// Writes to `descriptor`, a pipe, until everything is said or the program reads no more
  /// (`EPIPE`, no signal); called once, on a thread that may wait.
  func feed(_ descriptor: Int32)
}
