import OutsideWorld
import TISBackupCore

/// How a switch with a command line is reached: a program that talks to it.
///
/// Telnet is curl's: it negotiates the options of that protocol, and is there already for everything
/// else. `--upload-file .` lets it wait for both sides at once, `--output -` take a terminal for what
/// it is, and no proxy of the environment gets to see the login.
struct SwitchConnection: SwitchSource {
  let section: String
  let address: String
  private let model: SwitchModel
  private let login: SwitchLogin
  private let transport: SwitchModel.Transport
  private let port: Int
  private let privateKey: String?
  private let hostKeyChecking: String
  private let sshOptions: [String]
  private let connectTimeout: Int
  private let idleTimeout: Int

  init(_ section: Section, _ model: SwitchModel) throws(BackupError) {
    (self.section, self.model) = (section.name, model)
    address = try section.switchAddress()
    (transport, port) = try model.transport(of: section)
    login = try SwitchLogin(section)
    privateKey = transport == .ssh ? section.text(.privateKey) : nil
    hostKeyChecking = section.text(.hostKeyChecking)?.lowercased() ?? "accept-new"
    sshOptions = try section.words(.sshOptions)
    connectTimeout = max(1, try section.seconds(.connectTimeout) ?? 15)
    idleTimeout = max(1, try section.seconds(.idleTimeout) ?? 600)
    if transport == .ssh { _ = try section.require(.switchUser) }
  }

  /// A conversation that reads the configuration, and the program it is held with.
  private func conversation() -> (SwitchConversation, Invocation) {
    var patience = SwitchDialogue.Patience()
    patience.answer = connectTimeout * 1000
    // An old switch works on the keys of ssh for long before it says a word.
    patience.greeting = (connectTimeout + (transport == .ssh ? 30 : 2)) * 1000
    patience.silence = idleTimeout * 1000
    let conversation = SwitchConversation(
      SwitchDialogue(
        model, login, patience: patience, enter: transport == .ssh ? "\r" : "\r\n"))
    var invocation = invocation
    invocation.conversation = conversation
    return (conversation, invocation)
  }

  /// The program, whose arguments hold no secret.
  var invocation: Invocation { transport == .ssh ? ssh : telnet }

  private var telnet: Invocation {
    let host = address.contains(":") ? "[\(address)]" : address
    return Invocation(
      "curl",
      [
        "-q", "--silent", "--show-error", "--no-progress-meter", "--no-buffer", "--noproxy", "*",
        "--connect-timeout", "\(connectTimeout)", "--upload-file", ".", "--output", "-",
        "telnet://\(host):\(port)",
      ])
  }

  /// ssh on a terminal on both sides: one for its question for the password, one for the switch.
  private var ssh: Invocation {
    let ways = (privateKey == nil ? [] : ["publickey"]) + ["keyboard-interactive", "password"]
    let options =
      [
        "ConnectTimeout=\(connectTimeout)", "StrictHostKeyChecking=\(hostKeyChecking)",
        "PreferredAuthentications=\(ways.joined(separator: ","))", "NumberOfPasswordPrompts=1",
        "PubkeyAuthentication=\(privateKey == nil ? "no" : "yes")", "ControlPath=none",
        "EscapeChar=none",
      ] + (privateKey == nil ? [] : ["IdentitiesOnly=yes"]) + sshOptions
    let key = privateKey.map { ["-i", $0] } ?? []
    var invocation = Invocation(
      "ssh",
      ["-tt"] + options.flatMap { ["-o", $0] } + key
        + ["-p", "\(port)", "-l", login.user ?? "", "--", address])
    // What a switch does not know makes it ask.
    invocation.environment["TERM"] = "vt100"
    return invocation
  }

  func copy(in workspace: Workspace?, using world: World) async throws(BackupError) -> SwitchCopy {
    var (conversation, invocation) = conversation()
    invocation.deadline = workspace?.attempts.deadline
    world.say(Note(.debug, section, invocation.redacted))
    let finished = try await world.run(invocation, nil)
    let reading = try reading(conversation.result, finished)
    let text = try SwitchText(reading, of: model, section: section)
    var copy = SwitchCopy(
      bytes: text.bytes,
      findings: [
        "logged in; its prompt is '\(login.shown(reading.prompt))'"
          + (reading.isEnabled ? ", with all rights" : ""),
        "'\(reading.configuration.command)' gives \(text.count) lines",
      ])
    copy.notes = reading.notes
    return copy
  }

  /// What came of a conversation, when its program has ended.
  private func reading(_ result: Result<SwitchReading, SwitchFailure>?, _ finished: Finished)
    throws(BackupError) -> SwitchReading
  {
    let failure: SwitchFailure?
    switch result {
    case .success(let reading): return reading
    case .failure(let found): failure = found
    case nil: failure = nil
    }
    if case .timedOut(let limit) = finished.end {
      throw BackupError(.overtime, .overtime(section, address, limit), hint: .raiseTimeout)
    }
    let ended = SwitchProgramFailure(section: section, address: address, isSSH: transport == .ssh)
    if let error = ended.error(finished, beside: failure) { throw error }
    throw (failure ?? .closed(step: "at once", said: "")).error(section: section, address: address)
  }
}

extension BackupError.Message {
  fileprivate static func overtime(_ section: String, _ address: String, _ limit: TimeLimit) -> Self
  {
    "section [\(section)]: the dialogue with switch '\(address)' was \(limit)"
  }
  fileprivate static let raiseTimeout: Self =
    "Raise 'timeout', or find out why it takes so long."
}
