import TISBackupCore

/// A program and its arguments: never a shell line, and never with a secret in its log form.
package struct Invocation: Sendable, Equatable {
  /// Where the standard input of a program comes from.
  package enum Input: Sendable, Equatable {
    case none
    case bytes([UInt8])
    /// A file, by its path.
    case file(String)
    /// What a thread of ours writes while the program runs.
    case source(any InputSource)

    package static func == (one: Input, other: Input) -> Bool {
      switch (one, other) {
      case (.none, .none): true
      case (.bytes(let one), .bytes(let other)): one == other
      case (.file(let one), .file(let other)): one == other
      case (.source(let one), .source(let other)): one === other
      default: false
      }
    }
  }

  package var program: String
  package var arguments: [String]
  /// Variables added to our own environment; never a secret.
  package var environment: [String: String] = [:]
  package var input = Input.none
  /// A file that takes standard output, made anew; nil keeps it in memory, as far as it fits.
  package var outputPath: String?
  /// Takes standard output while the program runs; it is not kept elsewhere then.
  package var sink: (any OutputSink)?
  /// Talks with the program on a terminal, in the place of ``input``, ``outputPath`` and ``sink``.
  package var conversation: (any Conversation)?
  package var workingFolder: String?
  /// Seconds after which the program and all its children are ended; nil waits for ever.
  package var timeLimit: Int?
  /// When the run that it is a part of has to be over.
  package var deadline: Deadline?
  /// Seconds for which the program may say nothing to its ``sink``.
  package var idleLimit: Int?
  /// Words that are masked wherever the invocation is shown.
  package var secrets: Set<String> = []
  /// A lock whose file stands in for an empty standard input, so that it stays taken as long as
  /// the program lives, even when this process is killed.
  package var lock: FileLock?

  package init(_ program: String, _ arguments: [String]) {
    (self.program, self.arguments) = (program, arguments)
  }

  /// The command as it could be typed, with every secret masked.
  package var redacted: String {
    ([program] + arguments).map { word in
      secrets.contains(word) ? "***" : RemoteQuoting.quote(word)
    }.joined(separator: " ")
  }

  package static func == (one: Invocation, other: Invocation) -> Bool {
    one.program == other.program && one.arguments == other.arguments
      && one.environment == other.environment && one.input == other.input
      && one.outputPath == other.outputPath && one.sink === other.sink
      && one.conversation === other.conversation
      && one.workingFolder == other.workingFolder
      && one.timeLimit == other.timeLimit && one.deadline == other.deadline
      && one.idleLimit == other.idleLimit && one.secrets == other.secrets
      && one.lock === other.lock
  }
}

/// How a program ended, and what it said.
package struct Finished: Sendable, Equatable {
  package enum End: Sendable, Hashable {
    case exited(Int32)
    case signaled(Int32)
    /// Ended by us.
    case timedOut(TimeLimit)
  }

  package var end: End
  /// Standard output; of a long one the beginning and the end.
  package var output: String
  /// Standard error, likewise.
  package var errors: String

  package init(_ end: End, _ output: String = "", errors: String = "") {
    (self.end, self.output, self.errors) = (end, output, errors)
  }

  package init(_ status: Int32, _ output: String = "", errors: String = "") {
    self.init(.exited(status), output, errors: errors)
  }

  package var succeeded: Bool { end == .exited(0) }

  /// The last lines that say why, for a message.
  package var reason: String {
    let text = errors.isEmpty ? output : errors
    let lines = text.split(whereSeparator: \.isNewline).suffix(3)
    return lines.isEmpty ? end.description : lines.joined(separator: " / ")
  }
}

extension Finished.End: CustomStringConvertible {
  package var description: String {
    switch self {
    case .exited(let status): "exit \(status)"
    case .signaled(let signal): "signal \(signal)"
    case .timedOut(let limit): limit.description
    }
  }
}
