import Testing

@testable import TISBackupCore

struct INIDocumentTests {
  private func read(_ text: String) -> INIDocument {
    INIDocument(parsing: text.utf8, path: "t.ini")
  }

  /// The entries of all sections, as `section.key=value@line`.
  private func entries(of document: INIDocument) -> [String] {
    document.sections.flatMap { section in
      section.entries.map { "\(section.name).\($0.key)=\($0.value)@\($0.line)" }
    }
  }

  /// Every problem as `line severity section: message`.
  private func problems(of document: INIDocument) -> [String] {
    document.problems.map { problem in
      "\(problem.line) \(problem.severity) \(problem.section ?? "-"): \(problem.message)"
    }
  }

  @Test func `sections keep their order, their case and the lines they stand in`() {
    let document = read(
      "\u{feff}; ours\r\n\r\n[Web]\r\nType = null\r\n[global]\r\n[mail]\r\nA: 1\r\n")
    #expect(document.path == "t.ini")
    #expect(document.sections.map(\.name) == ["Web", "global", "mail"])
    #expect(document.sections.map(\.line) == [3, 5, 6])
    #expect(entries(of: document) == ["Web.type=null@4", "mail.a=1@7"])
    #expect(document.problems.isEmpty)
  }

  @Test(arguments: [
    ("k = a\n  b\n\tc\n", "a\nb\nc"), ("k = a\n\n \n  b", "a\nb"), ("k = a\n# c\n; d\n b", "a\nb"),
    ("k =\n  a\n  b", "a\nb"), ("k = a ; c\n  b ; d", "a\nb ; d"),
    ("k = a\n  [x]", "a\n[x]"), ("k = a\n  # c", "a\n# c"), ("k = a\nnoise\n  b", "a\nb"),
  ])
  func `an indented line continues the value above, past blanks and comments`(
    _ text: String, _ value: String
  ) {
    #expect(read("[s]\n\(text)").sections[0]["k"]?.value == value)
  }

  @Test func `of a key that is given twice the last one counts, with a warning`() {
    let document = read("[s]\nk = 1\nother = x\nK = 2\nk = 3\n  4\n")
    #expect(entries(of: document) == ["s.k=1@2", "s.other=x@3", "s.k=2@4", "s.k=3\n4@5"])
    #expect(document.sections[0]["K"] == INIEntry(key: "k", value: "3\n4", line: 5))
    #expect(document.sections[0]["none"] == nil)
    #expect(
      problems(of: document) == [
        "4 warning s: key 'k' is given again, before in line 2; the last one counts",
        "5 warning s: key 'k' is given again, before in line 4; the last one counts",
      ])
  }

  @Test func `a section that is given twice is read as one, with a warning`() {
    let document = read("[a]\nk = 1\n[b]\nk = 2\n[a]\nk = 3\n")
    #expect(document.sections.map(\.name) == ["a", "b"])
    #expect(document.sections[0].line == 1)
    #expect(entries(of: document) == ["a.k=1@2", "a.k=3@6", "b.k=2@4"])
    #expect(
      problems(of: document) == [
        "5 warning a: is given again, first in line 1; they are read as one",
        "6 warning a: key 'k' is given again, before in line 2; the last one counts",
      ])
  }

  @Test func `[DEFAULT] is no section, and its problems are those of the file`() {
    let document = read("[DEFAULT]\nk = 1\nk = 2\n[default]\n[DEFAULT]\nx = 3\n")
    #expect(document.sections.map(\.name) == ["default"])
    #expect(document.defaults.map(\.value) == ["1", "2", "3"])
    #expect(document.problems.map(\.line) == [3, 5])
    #expect(document.problems.allSatisfy { $0.section == nil })
  }

  @Test(arguments: [
    ("[s]\nfoo\nk = 1", "2 error s: the line is neither a key with a value nor a section header"),
    ("[s]\n= v\nk = 1", "2 error s: there is no key before the '=' or ':'"),
    ("[s]\n  v\nk = 1", "2 error s: an indented line continues a value, and there is none above"),
    ("[s]\nx = \0\nk = 1", "2 error s: the line holds a NUL byte and is left out"),
    ("[t]\nx = 1\n[s\nk = 1", "3 error s: its header is not of the form [name]"),
    ("x = 1\n y\nz\n[s]\nk = 1", "1 error -: text before the first section header is left out"),
    (
      "[]\nx = 1\n y\nz\n[s]\nk = 1",
      "1 error -: a section header should be of the form [name]; the lines below it are left out"
    ),
    ("[s]\nk = 1\n  # no", "3 warning s: an indented comment becomes part of the value of 'k'"),
    (
      "[s]\nk = 1\n  [t]",
      "3 warning s: an indented section header becomes part of the value of 'k'"
    ),
    ("[s]\nk = 1\n  x_2 = 1", "3 warning s: an indented key becomes part of the value of 'k'"),
  ])
  func `what cannot be read is named, once, and the rest is read`(_ text: String, problem: String) {
    let document = read(text)
    #expect(problems(of: document) == [problem])
    #expect(document.sections.last?.name == "s")
    #expect(document.sections.last?["k"]?.value.hasPrefix("1") == true)
    #expect(document.problems.allSatisfy { $0.hint?.hasSuffix(".") == true })
  }

  @Test(arguments: ["--exclude=a", "see http://x", "export A=1", "A=1", "\"a\",", "x: y", "-o a=b"])
  func `what may well be part of a value is no reason to warn`(_ line: String) {
    #expect(read("[s]\nk = v\n  \(line)\n").problems.isEmpty)
  }

  @Test func `a broken header never gives its lines to the section above`() {
    let document = read("[a]\ntype = null\n[b\ntype = rsync\n[]\ntype = x\n[c]\ntype = y\n")
    #expect(entries(of: document) == ["a.type=null@2", "b.type=rsync@4", "c.type=y@8"])
    #expect(document.problems.map(\.section) == ["b", nil])
  }

  @Test func `UTF-16 is told, not guessed`() {
    let bytes: [UInt8] = [0xff, 0xfe] + "[s]\nk = 1\n".utf8.flatMap { [$0, 0] }
    let document = INIDocument(parsing: bytes, path: "t.ini")
    #expect(document.sections.isEmpty)
    #expect(
      document.problems.contains { $0.hint == "Save the file as plain UTF-8 text, not UTF-16." })
  }

  @Test func `nothing at all is an empty document`() {
    let document = INIDocument(parsing: [], path: "t.ini")
    #expect(document.sections.isEmpty && document.defaults.isEmpty && document.problems.isEmpty)
  }

  @Test func `the ini of a French server from before UTF-8 is read`() {
    let bytes = Array("[s]\ndescription = Comptabilit".utf8) + [0xe9, 0x0a]
    let document = INIDocument(parsing: bytes, path: "t.ini")
    #expect(document.sections[0]["description"]?.value == "Comptabilité")
    #expect(document.problems.map(\.severity) == [.warning])
  }
}
