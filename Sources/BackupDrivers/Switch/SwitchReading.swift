import TISBackupCore

/// What a dialogue with a switch brought.
struct SwitchReading: Sendable, Equatable {
  /// An answer to a command: the lines between its echo and the next prompt.
  struct Answer: Sendable, Equatable {
    var command: String
    var lines: [String]
  }

  /// The prompt as it stood when everything was asked.
  var prompt = ""
  /// Whether that prompt shows all rights.
  var isEnabled = false
  var configuration = Answer(command: "", lines: [])
  var extras: [Answer] = []
  /// What the switch did not know, and could do without.
  var notes: [String] = []
}
