import TISBackupCore

/// What is said to a switch, and when: pure, what it says and the time in, what is typed out.
///
/// Nothing is typed before the switch has asked for it. Its prompt is learned after the login, by an
/// empty line that is answered with the same prompt again; from then on only that text is one.
/// Moments are milliseconds since the dialogue began.
struct SwitchDialogue {
  /// How long is waited, in milliseconds.
  struct Patience: Sendable, Equatable {
    /// For more, where what stands in the last line looks like a question.
    var quiet = 150
    /// The same where it looks like a prompt before anybody has logged in: greetings love such signs.
    var doubt = 600
    /// For the answer to a question.
    var answer = 15_000
    /// For more of a configuration.
    var silence = 600_000
    /// For the end, once it was asked to hang up.
    var leaving = 3000
    /// For the first word: a connection has its own limit.
    var greeting = 17_000
  }

  private enum Stage: Equatable {
    case login
    /// An empty line was sent where this looked like a prompt.
    case learning(String)
    case enabling
    /// The command of that number was sent.
    case preparing(Int)
    case reading(Int)
    case extra(Int)
    case leaving(Int)
    case over
  }

  /// A question that comes once more was not answered by what is known of it.
  private static let mostAnswers = 3
  /// How far back a question of several lines may begin.
  private static let screen = 400

  let model: SwitchModel
  let login: SwitchLogin
  private let patience: Patience
  private let enter: [UInt8]

  private var text = TerminalText()
  private var stage = Stage.login
  private var output: [UInt8] = []
  private var prompt: String?
  private var lastEvent = 0
  private var hasHeard = false
  /// Whether what stands in the last line was looked at when nothing more came.
  private var isQuietKnown = true
  private var answers: [LinePattern: Int] = [:]
  private var guesses = 0
  private var (userWasSent, passwordWasSent, mayAskAgain) = (false, false, false)
  private var enablePasswordWasSent = false
  private var reading = SwitchReading()
  private(set) var failure: SwitchFailure?

  /// `enter` is what the Enter key sends there.
  init(
    _ model: SwitchModel, _ login: SwitchLogin, patience: Patience = Patience(), enter: String
  ) {
    (self.model, self.login, self.patience) = (model, login, patience)
    self.enter = Array(enter.utf8)
  }

  var isOver: Bool { stage == .over }

  /// What came of it; nil as long as that is open.
  var result: Result<SwitchReading, SwitchFailure>? {
    guard isOver else { return nil }
    return failure.map { .failure($0) } ?? .success(reading)
  }

  /// When it wants to hear of the time at the latest.
  var nextMoment: Int {
    let limit = lastEvent + limit
    let quiet = lastEvent + quiet
    return isQuietKnown ? limit : min(limit, quiet)
  }

  /// Gives what is to be sent now, once.
  mutating func takeOutput() -> [UInt8] {
    defer { output = [] }
    return output
  }

  mutating func hear(_ bytes: [UInt8], at now: Int) {
    text.take(bytes)
    (lastEvent, hasHeard, isQuietKnown) = (now, true, false)
    look(now)
  }

  /// Time has passed.
  mutating func pass(to now: Int) { look(now) }

  /// The switch hung up.
  mutating func end() {
    switch stage {
    case .leaving, .over: break
    case .login, .learning:
      let said = refusal ?? lastWords
      if refusal != nil {
        failure = .wrongPassword(said: said)
      } else {
        failure =
          passwordWasSent ? .closedAfterPassword(said: said) : .closed(step: step, said: said)
      }
    default: failure = .closed(step: step, said: lastWords)
    }
    stage = .over
  }

  private var line: String { text.line.trimmingBlanks() }
  private var refusal: String? { text.lines.first(where: model.refusals.match).map(login.shown) }
  private var lastWords: String {
    login.shown(text.line.isEmpty ? text.lines.last { !$0.trimmingBlanks().isEmpty } ?? "" : line)
  }

  /// Milliseconds of silence after which what stands in the last line is looked at.
  private var quiet: Int {
    stage == .login && !passwordWasSent && model.prompts.match(line)
      ? patience.doubt : patience.quiet
  }

  private mutating func look(_ now: Int) {
    guard !isOver else { return }
    let line = line
    if text.isEndless { return fail(.endless(step: step), now) }
    if isAtPager(line) {
      text.clearLine()
      return send(Array(" ".utf8), now)
    }
    if !isQuietKnown, now - lastEvent >= quiet {
      isQuietKnown = true
      if react(to: line, now) { return }
    }
    if now - lastEvent >= limit { giveUp(line, now) }
  }

  private func isAtPager(_ line: String) -> Bool {
    switch stage {
    case .login, .learning, .over: false
    default: !line.isEmpty && line != prompt && model.pagers.match(line)
    }
  }

  /// Milliseconds in which something has to come now.
  private var limit: Int {
    switch stage {
    case .leaving, .over: patience.leaving
    case _ where !hasHeard: patience.greeting
    case .reading, .extra: line.isEmpty ? patience.silence : min(patience.silence, patience.answer)
    default: patience.answer
    }
  }

  private mutating func giveUp(_ line: String, _ now: Int) {
    if case .leaving = stage { return stage = .over }
    if stage == .login || isLearning, passwordWasSent, let refusal {
      return fail(.wrongPassword(said: refusal), now)
    }
    if line.isEmpty || line == prompt {
      return fail(.silent(step: step, seconds: (now - lastEvent) / 1000), now)
    }
    fail(.question(login.shown(line), step: step), now)
  }

  private var isLearning: Bool { if case .learning = stage { true } else { false } }

  /// What it was doing, as the end of a sentence.
  private var step: String {
    switch stage {
    case .login where !hasHeard: "after it took the connection"
    case .login, .learning: "at the login"
    case .enabling: "at '\(model.enable ?? "")'"
    case .preparing(let index): "at '\(model.preparations[index])'"
    case .reading(let index): "at '\(model.commands[index])'"
    case .extra(let index): "at '\(model.extras[index])'"
    case .leaving, .over: "when it was left"
    }
  }

  /// Does what the last line asks for, now that nothing more comes; false when that is nothing.
  private mutating func react(to line: String, _ now: Int) -> Bool {
    if line != prompt, let answer = answer(to: line) {
      give(answer, to: line, now)
      return true
    }
    guard !line.isEmpty else { return false }
    switch stage {
    case .login, .learning: return reactToLogin(line, now)
    case .enabling: return reactToEnable(line, now)
    case .preparing(let index) where line == prompt: prepared(index, now)
    case .reading(let index) where line == prompt: read(index, now)
    case .extra(let index) where line == prompt: readExtra(index, now)
    case .leaving(let index): leave(index + 1, now)
    default: return false
    }
    return true
  }

  private func answer(to line: String) -> SwitchModel.Answer? {
    guard stage == .login || isLearning else {
      return model.answers.first { $0.question.matches(line) }
    }
    // The cursor may stand anywhere on a screen with fields.
    let screen = String(
      (text.lines.suffix(40) + [text.line]).joined(separator: "\n").suffix(Self.screen))
    return (model.greetings + model.answers).first {
      $0.question.matches(line) || $0.question.matches(screen)
    }
  }

  private mutating func give(_ answer: SwitchModel.Answer, to line: String, _ now: Int) {
    let isLogin = answer.reply.contains("{password}")
    if isLogin, passwordWasSent { return fail(.wrongPassword(said: refusal ?? ""), now) }
    answers[answer.question, default: 0] += 1
    guard answers[answer.question, default: 0] <= Self.mostAnswers else {
      return fail(.question(login.shown(line), step: step), now)
    }
    if isLogin { passwordWasSent = true }
    say(login.bytes(answer.reply, enter: enter), now)
  }

  private mutating func reactToLogin(_ line: String, _ now: Int) -> Bool {
    if model.passwordChanges.match(line) {
      fail(.question(login.shown(line), step: step), now)
    } else if model.userPrompts.match(line) {
      guard let user = login.user else {
        fail(.needsUser(question: login.shown(line)), now)
        return true
      }
      guard !userWasSent else {
        fail(.wrongPassword(said: refusal ?? ""), now)
        return true
      }
      (userWasSent, mayAskAgain) = (true, true)
      say(Array(user.utf8) + enter, now)
    } else if model.passwordPrompts.match(line) {
      sendPassword(line, now)
    } else if model.prompts.match(line) {
      guess(line, now)
    } else {
      return false
    }
    return true
  }

  /// A switch behind ssh may ask once more by itself, after it has asked for a name.
  private mutating func sendPassword(_ line: String, _ now: Int) {
    guard !passwordWasSent || mayAskAgain else {
      return fail(
        login.password == nil
          ? .needsPassword(question: login.shown(line)) : .wrongPassword(said: refusal ?? ""), now)
    }
    (passwordWasSent, mayAskAgain) = (true, false)
    say(Array((login.password ?? "").utf8) + enter, now)
  }

  private mutating func guess(_ line: String, _ now: Int) {
    if stage == .learning(line) { return learned(line, now) }
    guesses += 1
    guard guesses <= 3 else { return fail(.question(login.shown(line), step: step), now) }
    stage = .learning(line)
    say(enter, now)
  }

  private mutating func learned(_ line: String, _ now: Int) {
    prompt = line
    reading.prompt = line
    reading.isEnabled = model.enabledPrompts.match(line)
    guard !reading.isEnabled, let enable = model.enable else { return prepared(-1, now) }
    stage = .enabling
    say(Array(enable.utf8) + enter, now)
  }

  private mutating func reactToEnable(_ line: String, _ now: Int) -> Bool {
    if model.passwordPrompts.match(line) {
      guard !enablePasswordWasSent else {
        fail(.notEnabled(said: refusal ?? ""), now)
        return true
      }
      enablePasswordWasSent = true
      say(Array((login.enablePassword ?? "").utf8) + enter, now)
    } else if model.userPrompts.match(line), let user = login.user, !enablePasswordWasSent {
      say(Array(user.utf8) + enter, now)
    } else if line == prompt {
      let said = text.lines.last { !$0.trimmingBlanks().isEmpty && !isEcho($0, of: model.enable) }
      fail(.notEnabled(said: login.shown(said ?? "")), now)
    } else if model.enabledPrompts.match(line) {
      (prompt, reading.prompt, reading.isEnabled) = (line, line, true)
      prepared(-1, now)
    } else {
      return false
    }
    return true
  }

  private mutating func prepared(_ index: Int, _ now: Int) {
    if index >= 0, let complaint = complaint(about: model.preparations[index]) {
      reading.notes.append("does not know '\(model.preparations[index])': \(complaint)")
    }
    guard index + 1 < model.preparations.count else { return ask(.reading(0), now) }
    ask(.preparing(index + 1), now)
  }

  private mutating func read(_ index: Int, _ now: Int) {
    let command = model.commands[index]
    guard let complaint = complaint(about: command) else {
      reading.configuration = .init(command: command, lines: answerLines(to: command))
      return model.extras.isEmpty ? leave(0, now) : ask(.extra(0), now)
    }
    guard index + 1 < model.commands.count else {
      return fail(.unknownCommand(command, said: complaint), now)
    }
    ask(.reading(index + 1), now)
  }

  private mutating func readExtra(_ index: Int, _ now: Int) {
    let command = model.extras[index]
    if let complaint = complaint(about: command) {
      reading.notes.append("does not know '\(command)': \(complaint)")
    } else {
      reading.extras.append(.init(command: command, lines: answerLines(to: command)))
    }
    if index + 1 < model.extras.count { ask(.extra(index + 1), now) } else { leave(0, now) }
  }

  private mutating func ask(_ next: Stage, _ now: Int) {
    let command: String
    switch next {
    case .preparing(let index): command = model.preparations[index]
    case .reading(let index): command = model.commands[index]
    case .extra(let index): command = model.extras[index]
    default: return
    }
    stage = next
    say(Array(command.utf8) + enter, now)
  }

  private mutating func leave(_ index: Int, _ now: Int) {
    guard index < model.goodbyes.count else { return stage = .over }
    stage = .leaving(index)
    say(Array(model.goodbyes[index].utf8) + enter, now)
  }

  /// Ends it; politely, where the switch waits for a command.
  private mutating func fail(_ failure: SwitchFailure, _ now: Int) {
    self.failure = failure
    if line == prompt, prompt != nil { leave(0, now) } else { stage = .over }
  }

  /// What the switch says of a command that it does not know; nil when it did what it was told.
  private func complaint(about command: String) -> String? {
    let lines = answerLines(to: command).filter { !$0.trimmingBlanks().isEmpty }
    // A configuration may hold such a line, too.
    guard lines.count <= 5 else { return nil }
    return lines.first(where: model.errors.match).map(login.shown)
  }

  private func answerLines(to command: String) -> [String] {
    var lines = text.lines[...]
    if let first = lines.firstIndex(where: { !$0.trimmingBlanks().isEmpty }),
      isEcho(lines[first], of: command)
    {
      lines = lines[(first + 1)...]
    }
    return Array(lines)
  }

  private func isEcho(_ line: String, of command: String?) -> Bool {
    command.map { line.trimmingBlanks().hasSuffix($0) } ?? false
  }

  /// What comes from now on is the answer to this.
  private mutating func say(_ bytes: [UInt8], _ now: Int) {
    text.clear()
    send(bytes, now)
  }

  private mutating func send(_ bytes: [UInt8], _ now: Int) {
    output += bytes
    (lastEvent, isQuietKnown) = (now, true)
  }
}
