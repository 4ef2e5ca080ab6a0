import TISBackupCore
import Testing

@testable import BackupDrivers

/// What is typed, and when: no switch, no clock.
struct SwitchDialogueTests {
  /// A dialogue whose time the test makes.
  private struct Play {
    var dialogue: SwitchDialogue
    var now = 0

    init(_ model: SwitchModel = .cisco, _ login: SwitchLogin = .init(user: "u", password: "s3cret"))
    {
      dialogue = SwitchDialogue(model, login, enter: "\r")
    }

    /// Hears something, then nothing for so many milliseconds; gives what is typed.
    mutating func hear(_ text: String, quiet: Int = 200) -> String {
      dialogue.hear(Array(text.utf8), at: now)
      let early = dialogue.takeOutput()
      return String(decoding: early, as: UTF8.self) + wait(quiet)
    }

    mutating func wait(_ milliseconds: Int) -> String {
      let end = now + milliseconds
      var typed: [UInt8] = []
      while !dialogue.isOver, dialogue.nextMoment <= end {
        now = max(now + 1, dialogue.nextMoment)
        dialogue.pass(to: now)
        typed += dialogue.takeOutput()
      }
      now = max(now, end)
      return String(decoding: typed, as: UTF8.self)
    }

    /// Up to the prompt with all rights.
    mutating func logIn() {
      _ = hear("Username: ")
      _ = hear("\r\nPassword: ")
      _ = hear("\r\nsw1#")
      _ = hear("\r\nsw1#")
    }

    mutating func prepare() {
      _ = hear("terminal length 0\r\nsw1#")
      _ = hear("terminal width 0\r\nsw1#")
    }

    var failure: SwitchFailure? {
      if case .failure(let failure) = dialogue.result { failure } else { nil }
    }
  }

  @Test func `nothing is typed before it was asked for`() {
    var play = Play()
    #expect(play.wait(100) == "")
    #expect(play.hear("\r\nWelcome. No unauthorized login:\r\n#####") == "")
    #expect(play.hear("##\r\n\r\nUser", quiet: 700) == "")
    #expect(play.hear("name: ") == "u\r")
    #expect(play.hear("u\r\nPassword: ") == "s3cret\r")
    #expect(play.hear("\r\n") == "")
  }

  @Test func `a question is answered when it is all there, wherever it is cut`() {
    let question = Array("Username: ".utf8)
    for cut in 0..<question.count {
      var play = Play()
      _ = play.hear(String(decoding: question[..<cut], as: UTF8.self), quiet: 20)
      #expect(play.hear(String(decoding: question[cut...], as: UTF8.self)) == "u\r")
    }
  }

  @Test func `a prompt is one only when it comes again`() {
    var play = Play()
    _ = play.hear("Password: ")
    // A line of a greeting that happens to pause where it looks like a prompt.
    #expect(play.hear("\r\nMessage #") == "\r")
    #expect(play.hear("1 of the day\r\nsw1#") == "\r")
    #expect(play.hear("\r\nsw1#") == "terminal length 0\r")
  }

  @Test func `a sign of a prompt within the configuration is none`() {
    var play = Play()
    play.logIn()
    play.prepare()
    #expect(play.hear("show running-config\r\n banner motd #") == "")
    #expect(play.hear(" x #\r\nsw1#x\r\nhostname sw1\r\n# ") == "")
    #expect(play.hear("\r\nend\r\nsw1#") == "show vlan\r")
    #expect(play.hear("show vlan\r\nVLAN\r\nsw1#") == "exit\r")
    play.dialogue.end()
    guard case .success(let reading) = play.dialogue.result else {
      Issue.record("no reading")
      return
    }
    #expect(
      reading.configuration.lines == [" banner motd # x #", "sw1#x", "hostname sw1", "# ", "end"])
    #expect(reading.extras == [.init(command: "show vlan", lines: ["VLAN"])])
    #expect(reading.prompt == "sw1#" && reading.isEnabled && reading.notes == [])
  }

  @Test func `a pager is answered at once with a blank, and leaves nothing`() {
    var play = Play()
    play.logIn()
    play.prepare()
    #expect(play.hear("show running-config\r\na\r\n --More-- ", quiet: 0) == " ")
    #expect(
      play.hear(
        "\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}          \u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8} b\r\n<--- More --->",
        quiet: 0) == " ")
    #expect(play.hear("\r              \rsw1#") == "show vlan\r")
    #expect(play.hear("sw1#") == "exit\r")
    play.dialogue.end()
    #expect((try? play.dialogue.result?.get())?.configuration.lines == ["a", " b"])
  }

  @Test func `each wait has its own limit, and what it was waiting for is told`() {
    var play = Play()
    _ = play.wait(17_000)
    #expect(play.failure == .silent(step: "after it took the connection", seconds: 17))
    play = Play()
    _ = play.hear("Username: ")
    _ = play.hear("\r\n", quiet: 15_001)
    #expect(play.failure == .silent(step: "at the login", seconds: 15))
    play = Play()
    play.logIn()
    play.prepare()
    _ = play.hear("Building configuration...\r\n", quiet: 599_000)
    #expect(!play.dialogue.isOver)
    _ = play.wait(2000)
    #expect(play.failure == .silent(step: "at 'show running-config'", seconds: 600))
  }

  @Test func `a question nobody knows is shown on one line, without its secrets`() {
    var play = Play(.cisco, SwitchLogin(user: "u", password: "s3cret"))
    _ = play.hear("Username: ")
    _ = play.hear("\u{1B}[1mIs 's3cret' yours (yes/no)?\u{1B}[0m ", quiet: 15_001)
    #expect(play.failure == .question("Is '***' yours (yes/no)?", step: "at the login"))
    play = Play()
    _ = play.hear(String(repeating: "why ", count: 1000), quiet: 17_001)
    guard case .question(let shown, _) = play.failure else {
      Issue.record("\(String(describing: play.failure))")
      return
    }
    #expect(shown.count < 210)
  }

  @Test func `a password is tried once`() {
    var play = Play()
    _ = play.hear("Password: ")
    #expect(play.hear("\r\n% Bad passwords\r\nPassword: ") == "")
    #expect(play.failure == .wrongPassword(said: "% Bad passwords"))
  }

  @Test func `words of refusal in a greeting refuse nothing`() {
    var play = Play()
    _ = play.hear("Password: ")
    #expect(play.hear("\r\nIf you are not authorized: access denied.\r\nsw1#") == "\r")
    #expect(play.hear("\r\nsw1#") == "terminal length 0\r")
  }

  @Test func `silence is never told as a wrong password, and a refusal never as silence`() {
    var play = Play()
    _ = play.hear("Password: ")
    _ = play.wait(15_001)
    #expect(play.failure == .silent(step: "at the login", seconds: 15))
    play = Play()
    _ = play.hear("Password: ")
    _ = play.hear("\r\n% Authentication failed\r\n", quiet: 15_001)
    #expect(play.failure == .wrongPassword(said: "% Authentication failed"))
  }

  @Test func `a switch behind ssh may ask once more, when it asks for a name`() {
    var play = Play()
    #expect(play.hear("u@sw1's password: ") == "s3cret\r")
    #expect(play.hear("\r\nUser Name:") == "u\r")
    #expect(play.hear("\r\nPassword:") == "s3cret\r")
    #expect(play.hear("\r\nUser Name:") == "")
    #expect(play.failure == .wrongPassword(said: ""))
  }

  @Test func `a login that is not there is asked for only where a switch wants it`() {
    var play = Play(.cisco, SwitchLogin())
    _ = play.hear("Username: ")
    #expect(play.failure == .needsUser(question: "Username:"))
    play = Play(.cisco, SwitchLogin())
    #expect(play.hear("Password: ") == "\r")
    _ = play.hear("\r\nPassword: ")
    #expect(play.failure == .needsPassword(question: "Password:"))
  }

  @Test func `a hang-up is told with the last words, at the login apart from later`() {
    var play = Play()
    _ = play.hear("\r\nAll lines are busy\r\n")
    play.dialogue.end()
    #expect(play.failure == .closed(step: "at the login", said: "All lines are busy"))
    play = Play()
    _ = play.hear("Password: ")
    play.dialogue.end()
    #expect(play.failure == .closedAfterPassword(said: ""))
  }

  @Test func `after a failure at a prompt the session is ended, and a saving declined`() {
    var play = Play()
    play.logIn()
    play.prepare()
    #expect(play.hear("show running-config\r\n% Authorization failed.\r\nsw1#") == "exit\r")
    #expect(play.hear("\r\nDo you want to save the configuration? ") == "n\r")
    #expect(!play.dialogue.isOver)
    play.dialogue.end()
    #expect(
      play.failure == .unknownCommand("show running-config", said: "% Authorization failed."))
  }

  @Test func `a switch that does not hang up when asked is hung up on`() {
    var play = Play()
    play.logIn()
    play.prepare()
    _ = play.hear("show running-config\r\nend\r\nsw1#")
    #expect(play.hear("show vlan\r\nsw1#") == "exit\r")
    _ = play.wait(3001)
    #expect(play.dialogue.isOver && play.failure == nil)
  }

  @Test func `a question that is asked again and again is not answered for ever`() {
    var model = SwitchModel.cisco
    model.greetings = [.init("*accept?", "y")]
    var play = Play(model)
    for _ in 0..<3 { #expect(play.hear("\r\nAccept? ") == "y") }
    #expect(play.hear("\r\nAccept? ") == "")
    #expect(play.failure == .question("Accept?", step: "at the login"))
  }

  @Test func `an answer without an end is given up`() {
    var play = Play()
    play.logIn()
    play.prepare()
    let flood = String(repeating: String(repeating: "x", count: 1000) + "\n", count: 17_000)
    _ = play.hear(flood, quiet: 0)
    #expect(play.failure == .endless(step: "at 'show running-config'"))
  }

  @Test func `a reply may hold control characters and the login, which are not read again`() {
    let login = SwitchLogin(user: "^Z", password: "{user}^M")
    #expect(
      login.bytes("^X{user}^I{password}^M~", enter: [13, 10])
        == [24] + Array("^Z".utf8) + [9] + Array("{user}^M".utf8) + [13, 10, 126])
  }
}
