import Testing

@testable import TISBackupCore

struct INIInterpolationTests {
  private func value(of key: String = "k", in text: String) throws -> String? {
    let document = INIDocument(parsing: text.utf8, path: "t.ini")
    return try document.value(of: key, in: try #require(document.sections.first))
  }

  /// What was seen with iniparse 0.5.3 for the same text.
  @Test(arguments: [
    ("k = 100%", "100%"), ("k = 50%% %d", "50%% %d"), ("k = date +%Y", "date +%Y"), ("k =", ""),
    ("k = %(x)s\nx = 1", "1"), ("k = %(X)s\nx = 1", "1"), ("k = a%(x)sb%(x)s\nX = 1", "a1b1"),
    ("k = %(x)s\nx = %(y)s\ny = 1", "1"), ("k = %(x)s %%\nx = 1", "1 %"),
    ("k = %(x)s %%\nx = 5%%", "5%% %"), ("k = %(x)s\nx = 5%", "5%"),
    ("k = %%(x)s\nx = 1", "1"), ("k = %(__name__)s", "web"),
    ("k = %(__name__)s\n__name__ = x", "web"), ("k = %(x)s\nx =", ""),
    ("k = a\n  %(x)s\nx = 1", "a\n1"), ("k = %(x)s\nx = 1\nx = 2", "2"),
  ])
  func `references are replaced as TISBackup replaces them`(_ lines: String, _ value: String) throws
  {
    #expect(try self.value(in: "[web]\n\(lines)\n") == value)
  }

  @Test func `[DEFAULT] stands behind the section, for values and for references`() throws {
    let text = "[web]\nx = 2\n[DEFAULT]\nk = %(x)s%(y)s%(__name__)s\nx = 1\ny = 1\ny = 3\n"
    #expect(try value(in: text) == "23web")
    #expect(try value(of: "Y", in: text) == "3")
    #expect(try value(of: "none", in: text) == nil)
    #expect(try value(of: "__name__", in: text) == "web")
  }

  @Test(arguments: [
    (
      "k = %(sever_name)s\nserver_name = x",
      """
      '%(sever_name)s' names a key that is given neither here nor in [DEFAULT]
      HINT: Did you mean 'server_name'? Add 'sever_name = ...', or remove it here.
      """
    ),
    (
      "k = %()s",
      """
      '%()s' names a key that is given neither here nor in [DEFAULT]
      HINT: Add ' = ...', or remove it here.
      """
    ),
    (
      "k = 5% of %(x)s\nx = 1",
      """
      a '%' stands alone in a value that holds '%('
      HINT: Write '%%' for a per cent sign.
      """
    ),
    (
      "k = %(x)s%\nx = 1",
      """
      a '%' stands alone in a value that holds '%('
      HINT: Write '%%' for a per cent sign.
      """
    ),
    (
      "k = %(x)d\nx = 1",
      """
      what follows '%(' is not the name of a key and ')s'
      HINT: Write '%(other_key)s' for the value of another key; no value can hold '%(' itself.
      """
    ),
    (
      "k = %(x\nx = 1",
      """
      what follows '%(' is not the name of a key and ')s'
      HINT: Write '%(other_key)s' for the value of another key; no value can hold '%(' itself.
      """
    ),
    (
      "k = %(x)s\nx = %(k)s",
      """
      the references do not come to an end
      HINT: A key must not refer to itself, not through other keys either; ten steps are the limit.
      """
    ),
  ])
  func `a reference that leads nowhere says where it stands and what to do`(
    _ lines: String, _ complaint: String
  ) {
    let error = #expect(throws: BackupError.self) { try value(in: "[web]\n\(lines)\n") }
    #expect(error?.description == "t.ini:2: section [web] key 'k': \(complaint)")
    #expect(error?.code == .configuration)
  }

  /// `k` refers to `k1`, that to `k2`, and so on, `steps` times.
  private func chain(of steps: Int) -> String {
    "[web]\nk = %(k1)s\n" + (1..<steps).map { "k\($0) = %(k\($0 + 1))s\n" }.joined()
      + "k\(steps) = end\n"
  }

  @Test func `ten steps are followed, the eleventh is not`() throws {
    #expect(try value(in: chain(of: 10)) == "end")
    #expect(throws: BackupError.self) { try value(in: chain(of: 11)) }
  }

  @Test func `references that multiply end before the memory does`() {
    let many = (0..<9).map { level in
      "k\(level) = " + String(repeating: "%(k\(level + 1))s", count: 10) + "\n"
    }
    let text = "[web]\nk = %(k0)s\n\(many.joined())k9 = 0123456789\n"
    let error = #expect(throws: BackupError.self) { try value(in: text) }
    #expect(error?.message.text.hasSuffix("the references grow beyond 1 MiB") == true)
  }
}
