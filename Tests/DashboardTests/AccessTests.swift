import Foundation
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import Dashboard

@Suite("who may look at the page", .scratch) struct AccessTests {
  private var path: String { "\(ScratchDirectory.path)/users" }
  private let now = Instant(seconds: 1_700_000_000)

  @Test func `a password is kept as yescrypt with a salt of its own, and the system agrees`()
    async throws
  {
    let hash = try PasswordHash.make("correct horse")
    let other = try PasswordHash.make("correct horse")
    #expect(hash.hasPrefix("$y$") && hash != other)
    #expect(PasswordHash.matches("correct horse", hash))
    for wrong in ["", "correct horsf", "correct horse ", "Correct horse"] {
      #expect(!PasswordHash.matches(wrong, hash), "\(wrong)")
    }
    let perl = try await program(
      ["perl", "-e", "print crypt($ARGV[0], $ARGV[1])", "correct horse", hash])
    #expect(perl.stdout == hash)
  }

  @Test(arguments: ["", "x", "!", "*", "$1$", "$y$j9T$", "abJnggxhB/yWI"])
  func `what is no good hash lets nobody in`(_ hash: String) {
    for password in ["", "x", "password"] { #expect(!PasswordHash.matches(password, hash)) }
  }

  @Test(arguments: [
    ("abc", "abc", true), ("abc", "ABC", false), ("abc", "abd", false), ("abc", "bbc", false),
    ("abc", "ab", false), ("", "", false), ("a", "", false), ("0f", "1f", false),
    ("aA", "Aa", false),
  ])
  func `two texts are the same when every letter is`(_ one: String, _ other: String, _ same: Bool) {
    #expect(RandomText.areEqual(one, other) == same)
    #expect(RandomText.areEqual(other, one) == same)
  }

  @Test func `no two random texts are alike, and all are long`() {
    let texts = Set((0..<1000).map { _ in RandomText.make() })
    #expect(texts.count == 1000 && texts.allSatisfy { $0.count == 64 })
  }

  @Test func `a file of users keeps comments and all others`() throws {
    let file = UserFile(path)
    try file.set("long enough", of: "admin")
    try write("# who\n" + text(path) + "\n", to: path)
    try file.set("long enough too", of: "second")
    try file.set("another word", of: "admin")
    #expect(try text(path).hasPrefix("# who\nadmin:$y$"))
    #expect(try file.users().keys.sorted() == ["admin", "second"])
    #expect(PasswordHash.matches("another word", try file.hash(of: "admin") ?? ""))
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
    #expect(mode as? Int == 0o600)
  }

  @Test(arguments: [
    ("admin", 2), ("admin:", 2), (":$y$x", 2), ("ad min:$y$j9T$a$b", 2), ("admin:plain text", 2),
    ("admin:abJnggxhB/yWI", 2), ("admin:$1$abc$def", 2),
  ])
  func `a line that cannot be used is named, and nobody is let in`(_ line: String, _ number: Int)
    throws
  {
    try write("# who\n\(line)\n", to: path)
    let error = #expect(throws: BackupError.self) { try UserFile(path).users() }
    #expect(error?.message.text == "\(path):\(number): is not of the form name:hash")
    #expect(error?.hint != nil)
  }

  @Test func `a file that others may read is refused`() throws {
    try UserFile(path).set("long enough", of: "admin")
    chmod(path, 0o640)
    let error = #expect(throws: BackupError.self) { try UserFile(path).users() }
    #expect(error?.hint?.text == "chmod 600 '\(path)'")
  }

  @Test(arguments: ["", "a b", "é", "a:b", "a/b", String(repeating: "x", count: 65)])
  func `a name that would spoil the file is refused`(_ name: String) {
    #expect(throws: BackupError.self) { try UserFile(path).set("long enough", of: name) }
    #expect(!exists(path))
  }

  @Test func `a short password is refused`() {
    #expect(throws: BackupError.self) { try UserFile(path).set("1234567", of: "admin") }
  }

  @Test func `a session ends when it is left, idle for long, or old`() {
    let sessions = Sessions()
    let cookie = sessions.begin("admin", hash: "h", at: now)
    #expect(cookie.count == 64)
    #expect(sessions.find(cookie, at: now)?.user == "admin")
    #expect(sessions.find("", at: now) == nil && sessions.find(cookie + "0", at: now) == nil)
    #expect(sessions.find(cookie, at: now.adding(seconds: 11 * 3600)) != nil)
    #expect(sessions.find(cookie, at: now.adding(seconds: 22 * 3600)) != nil)
    #expect(sessions.find(cookie, at: now.adding(seconds: 40 * 3600)) == nil)
    let other = sessions.begin("admin", hash: "h", at: now)
    for hours in 1...167 {
      #expect(sessions.find(other, at: now.adding(seconds: hours * 3600)) != nil)
    }
    #expect(sessions.find(other, at: now.adding(seconds: 169 * 3600)) == nil)
    let third = sessions.begin("admin", hash: "h", at: now)
    sessions.end(third)
    #expect(sessions.find(third, at: now) == nil)
  }

  @Test func `guessing gets slower with each failure, for the name and for the address`() {
    let throttle = LoginThrottle()
    var time = now
    for _ in 0..<5 { #expect(throttle.admit("admin", from: "10.0.0.1", at: time) == 0) }
    var waits: [Int] = []
    for _ in 0..<12 {
      let wait = throttle.admit("admin", from: "10.0.0.1", at: time)
      waits.append(wait)
      time = time.adding(seconds: wait)
      #expect(throttle.admit("admin", from: "10.0.0.1", at: time) == 0)
    }
    #expect(waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900])
    #expect(throttle.admit("admin", from: "10.9.9.9", at: time) > 0)
    #expect(throttle.admit("other", from: "10.0.0.1", at: time) > 0)
    #expect(throttle.admit("other", from: "10.9.9.8", at: time) == 0)
    throttle.noteSuccess("admin", from: "10.0.0.1")
    #expect(throttle.admit("admin", from: "10.0.0.1", at: time) == 0)
  }

  @Test func `whoever has come in from a place is not kept out there by the failures of others`() {
    let throttle = LoginThrottle()
    #expect(throttle.admit("admin", from: "10.0.0.1", at: now) == 0)
    throttle.noteSuccess("admin", from: "10.0.0.1")
    for number in 0..<20 { _ = throttle.admit("admin", from: "10.7.0.\(number)", at: now) }
    #expect(throttle.admit("admin", from: "10.0.0.2", at: now) > 0)
    #expect(throttle.admit("admin", from: "10.0.0.1", at: now) == 0)
    for _ in 0..<10 { _ = throttle.admit("admin", from: "10.0.0.1", at: now) }
    #expect(throttle.admit("admin", from: "10.0.0.1", at: now) > 0)
  }

  @Test func `many tries at once are no faster than one after the other`() async {
    let throttle = LoginThrottle()
    let admitted = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<200 {
        group.addTask { throttle.admit("admin", from: "10.0.0.1", at: now) == 0 }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(admitted == 5)
  }

  @Test func `names without end do not fill the memory, nor wash a guesser clean`() {
    let throttle = LoginThrottle()
    for _ in 0..<10 { _ = throttle.admit("admin", from: "10.0.0.1", at: now) }
    for number in 0..<3000 {
      _ = throttle.admit("user\(number)", from: "10.1.\(number % 250).1", at: now)
    }
    #expect(throttle.admit("admin", from: "10.0.0.2", at: now) > 0)
  }
}
