import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import PassiveChecks

@Suite(.scratch) struct NSCALoginTests {
  /// Lines of a send_nsca.cfg, and what they come to; nil for what is refused.
  private static let configs: [(String, (password: String, method: Int)?)] = [
    ("password=abc\nencryption_method=3\n", ("abc", 3)), ("", ("", 1)),
    ("#password=no\n\npassword=x=y z \n", ("x=y z ", 1)), ("password==\n", ("=", 1)),
    ("encryption_method= 3\n", ("", 3)), ("encryption_method=14 # AES\n", ("", 14)),
    ("=password=abc\n", ("abc", 1)), ("my_password_x=abc\n", ("abc", 1)),
    ("password = abc\nencryption_method = 0\n", (" abc", 0)),
    ("password=abc\r\nencryption_method=1\r\n", ("abc\r", 1)),
    ("password=a\npassword=b\n", ("b", 1)), ("encryption_method_password=3\n", ("3", 1)),
    ("password=abc", ("abc", 1)), ("password=\n", nil), (" # blank first\n", nil), (" \n", nil),
    ("\r\n", nil), ("foo=bar\n", nil), ("encryption_method=13\n", nil),
    ("encryption_method=-1\n", nil), ("encryption_method=99999999999999999999\n", nil),
  ]

  @Test(arguments: configs.indices)
  func `an existing send_nsca cfg is read as send_nsca reads it`(_ index: Int) async throws {
    let (text, expected) = Self.configs[index]
    let path = try write(text, to: ScratchDirectory.path + "/send_nsca.cfg")
    // Nobody listens there: a configuration that is understood comes to that.
    let port = try freePort()
    let real = try await program(
      ["/usr/sbin/send_nsca", "-H", "127.0.0.1", "-p", "\(port)", "-c", path])
    #expect(real.stderr.contains("Could not connect") == (expected != nil), "\(real)")
    guard let expected else {
      let error = #expect(throws: BackupError.self) {
        try NSCALogin(parsing: Array(text.utf8), path: path)
      }
      #expect(error?.code == .configuration && error?.hint != nil)
      #expect(error?.message.text.hasPrefix("\(path):1: ") == true)
      return
    }
    let login = try NSCALogin(parsing: Array(text.utf8), path: path)
    #expect(login == NSCALogin(password: Array(expected.password.utf8), method: expected.method))
  }

  @Test(arguments: ["AES", "7", "12", "", "x3"])
  func `a method that send_nsca takes for none, or that no library has, is refused`(
    _ method: String
  ) {
    let text = "password=a\nencryption_method=\(method) \n"
    let error = #expect(throws: BackupError.self) {
      try NSCALogin(parsing: Array(text.utf8), path: "/s.cfg")
    }
    #expect(error?.message.text == "/s.cfg:2: encryption_method is none that can be used")
    #expect(error?.hint?.text.contains("decryption_method in nsca.cfg") == true)
  }

  @Test(arguments: [("s e=c", 14), ("", 3), ("=", 1), ("é#;", 0)])
  func `what is handed to send_nsca reads back the same`(_ password: String, _ method: Int) throws {
    let login = NSCALogin(password: Array(password.utf8), method: method)
    #expect(try NSCALogin(parsing: login.config, path: "/x") == login)
    #expect(login.isNative == (method < 2))
  }

  @Test func `a password has 511 bytes at most, and one line`() throws {
    func login(_ lines: String) throws -> NSCALogin {
      try NSCALogin(target("[n]\ntype = nsca\nserver = s\n" + lines))
    }
    let path = ScratchDirectory.path + "/secret"
    for count in [511, 512] {
      let word = String(repeating: "p", count: count)
      _ = try write(word + "\nanother line\n", to: path)
      if count == 511 {
        #expect(try login("password = \(word)").password == Array(word.utf8))
        #expect(try login("password_file = \(path)").password == Array(word.utf8))
        continue
      }
      for line in ["password = \(word)", "password_file = \(path)"] {
        let error = #expect(throws: BackupError.self) { try login(line) }
        #expect(error?.message.text.contains("'password' of 512 bytes, 511 at most") == true)
        #expect(error?.description.contains(word) == false)
      }
    }
    #expect(SubmitterType.problem(withNSCAPassword: [0x61, 0x0a, 0x62]) != nil)
    #expect(SubmitterType.problem(withNSCAPassword: [0x61, 0]) != nil)
  }

  @Test func `a target says what makes it unusable, and how to mend it`() throws {
    let folder = ScratchDirectory.path
    let config = try write("password=x\nsecret=y\n", to: folder + "/bad.cfg")
    let head = "[n]\ntype = nsca\nserver = s\n"
    let cases = [
      ("config = \(config)", "\(config):2: unknown setting 'secret'"),
      (
        "config = \(folder)/none",
        "ini:4: section [n] key 'config': cannot read '\(folder)/none': No such file or directory"
      ),
      ("config = \(folder)", "key 'config': '\(folder)' is not a regular file"),
      ("config = \(config)\npassword = a", "section [n] has both 'config' and 'password'"),
      ("config = \(config)\npassword_file = /a", "has both 'config' and 'password_file'"),
      ("config = \(config)\nmethod = 1", "has both 'config' and 'method'"),
      ("method = 7", "key 'method': '7' is unknown"), ("packet = 5", "'5' is unknown"),
      ("port = 0", "key 'port': '0' is out of range"),
      ("password_file = /none", "key 'password_file': cannot read '/none'"),
    ]
    for (lines, message) in cases {
      let error = #expect(throws: BackupError.self) { try NSCA(target(head + lines)) }
      #expect(error?.code == .configuration && error?.hint != nil)
      #expect(error?.message.text.contains(message) == true, "\(String(describing: error))")
    }
    #expect(throws: Never.self) { try NSCA(target(head)) }
    #expect(PassiveSubmitters.all.contains { $0.type.name == "nsca" })
  }

  @Test func `config beside a password is a problem of the monitoring ini`() {
    let text = "[n]\ntype = nsca\nserver = s\nconfig = /etc/send_nsca.cfg\nmethod = 3\n"
    let settings = MonitoringSettings(
      document: INIDocument(parsing: Array(text.utf8), path: "tisbackup-monitoring.ini"))
    #expect(settings.problems.map(\.message) == ["has both 'config' and 'method'"])
  }
}
