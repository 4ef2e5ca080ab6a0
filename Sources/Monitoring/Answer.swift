import Glibc

/// What a plugin says and the state it exits with.
package struct Answer: Sendable, Equatable {
  /// One or more lines for standard output.
  package let text: String
  package let state: CheckState

  /// Silence is no answer: Nagios shows "(No output returned from plugin)", so it becomes UNKNOWN.
  package init(text: String, state: CheckState) {
    let isSilent = text.allSatisfy { $0.isWhitespace }
    self.text = isSilent ? "TISBACKUP UNKNOWN - the check found nothing to say" : text
    self.state = isSilent ? .unknown : state
  }

  /// The answer of a check that could be made.
  package init(_ report: Report, form: ReportForm = ReportForm()) {
    self.init(text: report.text(form), state: report.state)
  }

  /// The answer of a check that could not be made, for whatever reason `problem` gives.
  ///
  /// With its newline it takes at most `byteBudget` bytes.
  package static func unknown(
    _ problem: String, plugin: String = "TISBACKUP", byteBudget: Int? = nil
  ) -> Answer {
    let problem = PluginText.clean(problem, limit: 1000)
    let line = "\(plugin) UNKNOWN - \(problem)"
    return Answer(
      text: byteBudget.map { PluginText.clean(line, limit: max(0, $0 - 1)) } ?? line,
      state: .unknown)
  }

  /// The same text with another exit status, for a caller that wants only to be told.
  package func exiting(with state: CheckState) -> Answer { Answer(text: text, state: state) }

  /// Prints the text on standard output and exits: the only place that does either.
  ///
  /// Nothing goes to standard error, which Nagios does not read. If nobody listens on standard
  /// output either, the exit status still tells the state.
  package func deliver() -> Never {
    signal(SIGPIPE, SIG_IGN)
    write(text.hasSuffix("\n") ? text : text + "\n")
    CrashGuard.limit(seconds: 0)
    exit(state.rawValue)
  }

  private func write(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if errno == EAGAIN {
        waitForRoom()
      } else if errno != EINTR {
        return
      }
    }
  }

  /// A standard output that somebody made non-blocking must not be polled in a hot loop.
  private func waitForRoom() {
    var output = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
    poll(&output, 1, -1)
  }
}
