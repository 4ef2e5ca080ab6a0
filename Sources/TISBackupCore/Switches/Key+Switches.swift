extension Key {
  package static let switchAddress = Key.required("switch_ip", .host, "address of the switch")
  package static let switchType = Key.required(
    "switch_type",
    "its model, such as CISCO: one of contrib/doc/switches.md, or the name of a file of switch_models"
  )
  package static let switchUser = Key.optional(
    "switch_user", "login, where the switch asks for one")
  package static let switchPassword = Key.optional("switch_password", "its password").secret
  package static let switchEnablePassword = Key.optional(
    "switch_enable_password", "password of 'enable' (switch_password)"
  ).secret
  package static let switchTransport = Key.optional(
    "switch_transport", .choice(SwitchModel.Transport.allCases.map(\.rawValue)),
    "how it is reached (as its model says)")
  package static let switchPort = Key.optional(
    "switch_port", .number(1...65_535), "port (23, 22, 80 or 443, as the transport says)")
  /// Of `[global]` alone.
  package static let switchModels = Key.optional(
    "switch_models", .path, "folder of one's own switch models, NAME.ini each")

  /// The keys of a file in ``switchModels``: those of ``SwitchModel``.
  package static let switchModel: [Key] = [
    .modelLike, .modelSummary, .modelTransport, .modelSuffix, .modelUserPrompts,
    .modelPasswordPrompts, .modelRefusals, .modelGreetings, .modelAnswers, .modelPrompts,
    .modelEnabledPrompts,
    .modelEnable, .modelNoPaging, .modelPagers, .modelCommands, .modelExtras, .modelPreambles,
    .modelEndMarker, .modelMinimumLines, .modelErrors, .modelVolatile, .modelSecrets,
    .modelGoodbyes,
  ]

  static let modelLike = Key.optional(
    "like", "built-in model from which all that the file does not say is taken")
  static let modelSummary = Key.optional("summary", "a few words for people")
  static let modelTransport = Key.optional(
    "transport", .choice(SwitchModel.Transport.allCases.map(\.rawValue)), "how it is reached")
  static let modelSuffix = Key.optional(
    "suffix", .choice([".txt", ".cfg", ".bin"]), "end of the name of a backup")
  static let modelUserPrompts = Key.optional(
    "user_prompts", .names, "lines that ask for the login")
  static let modelPasswordPrompts = Key.optional(
    "password_prompts", .names, "lines that ask for a password")
  static let modelRefusals = Key.optional(
    "login_refused", .names, "lines that say that a password is not good")
  static let modelGreetings = Key.optional(
    "login_answers", .names,
    "what else is asked before the login, each question followed by what is typed: ^M is Enter")
  static let modelAnswers = Key.optional(
    "answers", .names, "the same for what is asked at any time")
  static let modelPrompts = Key.optional("prompts", .names, "how any prompt looks")
  static let modelEnabledPrompts = Key.optional(
    "enabled_prompts", .names, "how a prompt looks that shows all rights")
  static let modelEnable = Key.optional(
    "enable", "command that gives all rights; 'none' where there is none")
  static let modelNoPaging = Key.optional("no_paging", .names, "commands that stop paging")
  static let modelPagers = Key.optional(
    "pagers", .names, "lines at which a pager waits for a blank")
  static let modelCommands = Key.optional(
    "commands", .names, "commands that show the configuration: the first that is known")
  static let modelExtras = Key.optional(
    "extra_commands", .names, "commands whose answers are kept behind it")
  static let modelPreambles = Key.optional(
    "preambles", .names, "lines above the configuration that are none of it")
  static let modelEndMarker = Key.optional(
    "end_marker", "its last line; 'none' where nothing marks it")
  static let modelMinimumLines = Key.optional(
    "minimum_lines", .number(0...1_000_000), "fewer are no configuration")
  static let modelErrors = Key.optional(
    "unknown_command", .names, "answers to a command that is not known, or refused")
  static let modelVolatile = Key.optional(
    "volatile_lines", .names, "lines that change by themselves")
  static let modelSecrets = Key.optional(
    "secret_lines", .names, "lines with a secret: what the last * stands for is never shown")
  static let modelGoodbyes = Key.optional("goodbye", .names, "commands that end the session")
}
