/// What is to be known of a kind of switch to log in to it and read its configuration: data alone.
///
/// One built-in model per file, listed in ``SwitchModels/builtIn``; those of an administrator come
/// from files of the same keys (``SwitchModelFile``). What is the same nearly everywhere is said
/// here; a model says what is different.
package struct SwitchModel: Sendable, Equatable {
  /// How a switch is reached.
  package enum Transport: String, Sendable, CaseIterable {
    case telnet, ssh, http, https

    package var defaultPort: Int {
      switch self {
      case .telnet: 23
      case .ssh: 22
      case .http: 80
      case .https: 443
      }
    }

    /// Whether a page is asked for, and nobody talks.
    package var isWeb: Bool { self == .http || self == .https }
  }

  /// Something a switch asks, and what is said to that.
  package struct Answer: Sendable, Equatable {
    package var question: LinePattern
    /// As it is typed: `^M` is Enter, `^I` Tab, `^Z` and its like control characters; `{user}` and
    /// `{password}` are those of the login.
    package var reply: String

    package init(_ question: LinePattern, _ reply: String) {
      (self.question, self.reply) = (question, reply)
    }
  }

  /// What the ini calls it, in any case.
  package var name: String
  package var aliases: [String] = []
  /// One line for people.
  package var summary: String
  package var transport = Transport.telnet
  /// The end of the name of a backup: one of ``BackupType/switchConfiguration``.
  package var suffix = ".txt"

  /// Lines that ask for the login.
  package var userPrompts: [LinePattern] = ["*username:", "*user name:", "*login:", "*login as:"]
  /// Lines that ask for its password, and for that of ``enable``.
  package var passwordPrompts: [LinePattern] = ["*password:", "*password for *:"]
  /// Lines that ask for another password than the one there is, which nobody gives.
  package var passwordChanges: [LinePattern] = ["*new password*", "*change * password*"]
  /// Lines that say that a login, or the password of ``enable``, is not good.
  package var refusals: [LinePattern] = [
    "*bad password*", "*bad secret*", "*login invalid*", "*invalid login*", "*login incorrect*",
    "*login failed*", "*authentication failed*", "*authentication failure*", "*access denied*",
    "*invalid password*", "*incorrect password*", "*invalid user*", "*wrong password*",
    "*password required, but none set*", "*not authorized*", "*unable to verify password*",
  ]
  /// What else is asked before anybody is logged in; `*` may stand for several lines of a screen.
  package var greetings: [Answer] = []
  /// What may be asked at any time, such as whether to save when one leaves.
  package var answers: [Answer] = []

  /// How a prompt looks, that of a login with all rights too.
  package var prompts: [LinePattern] = ["*>", "*#"]
  /// How a prompt looks that shows all rights.
  package var enabledPrompts: [LinePattern] = ["*#"]
  /// The command that gives all rights; nil where there is none.
  package var enable: String? = "enable"
  /// Commands that stop paging; one that a switch does not know does no harm.
  package var preparations: [String] = []
  /// Lines at which a pager waits, where that cannot be stopped.
  package var pagers: [LinePattern] = [
    "*--*more*--*", "*<*more*>*", "*press any key to continue*", "*quit*next page*",
    "more: <space>*",
  ]

  /// Commands that show the configuration: the first that the switch knows.
  package var commands: [String] = ["show running-config"]
  /// Commands whose answers are kept behind it, where the switch knows them.
  package var extras: [String] = []
  /// Lines above the configuration that are none of it.
  package var preambles: [LinePattern] = [
    "building configuration*", "current configuration*", "running configuration*",
    "startup configuration*",
  ]
  /// The last line of a whole configuration; nil where nothing marks it but the prompt.
  package var endMarker: LinePattern?
  /// Lines near the beginning, of which one tells that a file is of this model.
  package var signs: [LinePattern] = []
  /// Fewer lines are no configuration.
  package var minimumLines = 5
  /// Answers to a command that the switch does not know, or refuses.
  package var errors: [LinePattern] = [
    "%*unknown command*", "%*invalid *", "%*incomplete command*", "%*ambiguous*",
    "*authorization failed*", "*command authorization*", "%*not permitted*", "%*permission denied*",
    "% unrecognized command*", "%*privilege*", "invalid input*", "unknown command*",
    "*command not found*",
  ]

  /// Lines that differ each time they are asked for, and say nothing of a change.
  package var volatile: [LinePattern] = []
  /// Lines with a secret in them, which is what the last `*` stands for.
  package var secrets: [LinePattern] = []
  /// Commands that end the session.
  package var goodbyes: [String] = ["exit", "logout"]

  /// How a switch that only has web pages is asked; nil for one with a command line.
  package var page: SwitchPage?

  /// Whether the ini means this one.
  package func isCalled(_ word: String) -> Bool {
    ([name] + aliases).contains { $0.lowercased() == word.lowercased() }
  }

  /// A line as it may be shown, its secret hidden.
  package func masked(_ line: String) -> String {
    secrets.lazy.compactMap { $0.masking(line) }.first ?? line
  }

  /// Whether a line counts when configurations are compared.
  package func isVolatile(_ line: String) -> Bool { volatile.match(line) }
}
