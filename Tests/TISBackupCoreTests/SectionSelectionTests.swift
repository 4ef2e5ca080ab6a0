import Testing

@testable import TISBackupCore

struct SectionSelectionTests {
  private let sections = ["web1", "mail", "web2", "db.main", "Web1"].map {
    Section(name: $0, values: [:])
  }

  private func chosen(_ included: [String], _ excluded: [String] = []) throws -> [String] {
    try SectionSelection(included: included, excluded: excluded)
      .choose(from: sections, in: "t.ini").map(\.name)
  }

  @Test(
    arguments: [
      ([], [], ["web1", "mail", "web2", "db.main", "Web1"]),
      (["mail"], [], ["mail"]), (["web2,mail"], [], ["mail", "web2"]),
      (["web2", "mail"], [], ["mail", "web2"]), ([" web2 , mail ,"], [], ["mail", "web2"]),
      (["web*"], [], ["web1", "web2"]), (["*"], ["web*"], ["mail", "db.main", "Web1"]),
      ([], ["web*,mail"], ["db.main", "Web1"]), (["web?", "mail"], ["web1"], ["mail", "web2"]),
      (["db.*"], [], ["db.main"]), (["mail", "mail"], [], ["mail"]),
      (["none*", "mail"], [], ["mail"]),
      ([], ["none*"], ["web1", "mail", "web2", "db.main", "Web1"]),
      (["[wW]eb1"], [], ["web1", "Web1"]),
    ] as [([String], [String], [String])])
  func `names, lists and patterns choose sections in the order of the file`(
    _ included: [String], _ excluded: [String], _ expected: [String]
  ) throws {
    #expect(try chosen(included, excluded) == expected)
  }

  @Test(
    arguments: [
      (["mial"], [], "section 'mial' is not in t.ini", "Did you mean 'mail'? "),
      (["mail,web3"], [], "section 'web3' is not in t.ini", "Did you mean 'web1'? "),
      ([], ["zzz"], "section 'zzz' is not in t.ini", ""),
      (["dbxmain"], [], "section 'dbxmain' is not in t.ini", "Did you mean 'db.main'? "),
      ([""], [], "section '' is not in t.ini", ""),
      ([" , "], [], "section '' is not in t.ini", ""),
      (["none*"], [], "no section of t.ini is left by -s and -x", ""),
      (["mail"], ["mail"], "no section of t.ini is left by -s and -x", ""),
      ([], ["*"], "no section of t.ini is left by -s and -x", ""),
    ] as [([String], [String], String, String)])
  func `a name that is not there, or nothing at all, is an error that lists the names`(
    _ included: [String], _ excluded: [String], _ message: String, _ hint: String
  ) {
    let error = #expect(throws: BackupError.self) { try chosen(included, excluded) }
    #expect(error?.code == .usage && error?.message.text == message)
    #expect(error?.hint?.text == hint + "Known: web1, mail, web2, db.main, Web1.")
  }

  @Test func `of many names eight are listed, and none of a file that has none`() {
    let many = (0..<12).map { Section(name: "host-\($0)", values: [:]) }
    let long = #expect(throws: BackupError.self) {
      try SectionSelection(included: ["x"]).choose(from: many, in: "t.ini")
    }
    #expect(long?.hint?.text.hasSuffix("host-6, host-7 +4.") == true)
    let none = #expect(throws: BackupError.self) {
      try SectionSelection().choose(from: [], in: "t.ini")
    }
    #expect(
      none?.hint?.text
        == "Add one for each machine: [web1] with type, server_name and the keys of its type.")
  }
}
