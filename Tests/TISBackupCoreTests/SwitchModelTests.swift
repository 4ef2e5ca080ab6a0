import TISBackupCore
import TISBackupTestSupport
import Testing

/// Models of switches, built in and described by an administrator.
@Suite(.scratch)
struct SwitchModelTests {
  private func model(_ lines: String) throws -> SwitchModel {
    let text = "[model]\n\(lines)\n"
    return try SwitchModelFile(
      document: INIDocument(parsing: Array(text.utf8), path: "/models/MY-SWITCH.ini")
    ).model
  }

  @Test(arguments: [
    ("LINKSYS-SRW2024", "LINKSYS-SRW2024"), ("cisco", "CISCO"),
    ("HP-PROCURVE-4104GL", "HP-PROCURVE-4104GL"), ("hp-procurve-2524", "HP-PROCURVE-2524"),
    ("DLINK-DGS1210", "DLINK-DGS1210"), ("DLINK-DGS1510", "DLINK-DGS1510"),
    ("Aos-CX", "ARUBA-CX"), ("CISCO-SG300", "CISCO-SMB"),
  ])
  func `every name of TISBackup, and some more, mean a model in any case`(
    _ word: String, _ name: String
  ) {
    #expect(SwitchModels.named(word)?.name == name)
  }

  @Test func `no two models share a name, and each leaves a file of its type`() {
    let names = SwitchModels.builtIn.flatMap { [$0.name] + $0.aliases }.map { $0.lowercased() }
    #expect(Set(names).count == names.count)
    #expect(SwitchModels.builtIn.map(\.name) == SwitchModels.builtIn.map(\.name).sorted())
    for model in SwitchModels.builtIn {
      let file = "sw1-20261124-01h02m03\(model.suffix)"
      #expect(
        BackupType.switchConfiguration.start(ofArtifact: file, section: "sw1", in: .utc) != nil)
      #expect(model.transport.isWeb == (model.page != nil))
    }
  }

  @Test func `a file says what is different from a built-in model`() throws {
    let own = try model(
      #"""
      like = cisco
      summary = an old one
      transport = ssh
      suffix = .cfg
      enable = none
      no_paging = "terminal length 0","a, b"
      end_marker = none
      minimum_lines = 3
      login_answers = "*accept? \[y/n\]*","y^M"
      answers = "Save? \[yes/no\]*","no^M"
      pagers = none
      """#)
    var expected = SwitchModel.cisco
    (expected.name, expected.aliases, expected.summary) = ("MY-SWITCH", [], "an old one")
    (expected.transport, expected.suffix, expected.enable) = (.ssh, ".cfg", nil)
    (expected.preparations, expected.endMarker, expected.minimumLines) = (
      ["terminal length 0", "a, b"], nil, 3
    )
    expected.greetings = [SwitchModel.Answer(#"*accept? \[y/n\]*"#, "y^M")]
    expected.answers = [SwitchModel.Answer(#"Save? \[yes/no\]*"#, "no^M")]
    expected.pagers = []
    #expect(own == expected)
  }

  @Test func `every key of a file changes the model`() throws {
    let values = [
      "like": "CISCO-SMB", "transport": "ssh", "suffix": ".cfg", "minimum_lines": "77",
      "login_answers": "q,r", "answers": "q,r",
    ]
    let plain = try model("")
    for key in Key.switchModel {
      let changed = try model("\(key.name) = \(values[key.name] ?? "something else")")
      #expect(changed != plain, "\(key.name)")
    }
  }

  static let mistakes: [(String, String, String)] = [
    (
      "like = CISCOO", "2: section [model] key 'like': 'CISCOO' is no built-in model",
      "Did you mean 'CISCO'?"
    ),
    ("promts = a", "2: section [model]: unknown key 'promts'", "Did you mean 'prompts'?"),
    (
      "minimum_lines = many",
      "2: section [model]: key 'minimum_lines': 'many' is not a whole number",
      "Write a whole number"
    ),
    (
      "commands = a,,b", "2: section [model]: key 'commands': 'a,,b' has an empty name",
      "Write names as"
    ),
    ("suffix = .zip", "2: section [model]: key 'suffix': '.zip' is unknown", "Write one of .txt"),
    (
      "answers = a,b,c", "2: section [model] key 'answers': 3 texts are no pairs",
      "Write each question"
    ),
    (
      "transport = http", "2: section [model] key 'transport': 'http' is not for such a switch",
      "Write telnet or ssh"
    ),
    (
      "like = DLINK-DGS1210\ntransport = ssh",
      "3: section [model] key 'transport': 'ssh' is not for such a switch", "Write telnet or ssh"
    ),
    ("x = 1\n[other]\ny = 1", "3: section [other]: is not read", "Put its keys under [model]"),
    ("nonsense", "2: section [model]: the line is neither", "Write 'key = value'"),
  ]

  @Test(arguments: mistakes)
  func `each mistake is named with its file, line, key and cure`(
    _ mistake: (lines: String, message: String, hint: String)
  ) throws {
    let path = try write("[model]\n\(mistake.lines)\n", to: "\(ScratchDirectory.path)/X.ini")
    let problems = SwitchModelFile.problems(in: path).map(\.description)
    #expect(
      problems.contains { $0.hasPrefix("\(path):\(mistake.message)") && $0.contains(mistake.hint) },
      "\(problems)")
  }

  @Test func `a file without a model, and one that is not there, are told as such`() throws {
    let path = try write("# nothing\n", to: "\(ScratchDirectory.path)/X.ini")
    #expect(
      SwitchModelFile.problems(in: path).map(\.description) == [
        "\(path): needs a section [model]; Begin with '[model]', then 'like = CISCO'."
      ])
    #expect(SwitchModelFile.problems(in: "/nonexistent/X.ini").first?.severity == .error)
  }

  /// An ini with one switch of a type, and a folder of models.
  private func configuration(_ type: String, models: String? = nil) throws -> Configuration {
    try Configuration.parse(
      """
      [global]
      backup_base_dir = /backup
      backup_retention_time = 30
      maximum_backup_age = 30
      \(models.map { "switch_models = \($0)" } ?? "")
      [sw1]
      type = switch
      server_name = sw1
      switch_ip = 192.0.2.2
      switch_type = \(type)
      """)
  }

  @Test func `an unknown model is told with the known ones, those of files too`() throws {
    let folder = ScratchDirectory.path
    try write("[model]\n", to: "\(folder)/MINE.ini")
    let configuration = try configuration("CISCOO", models: folder)
    #expect(configuration.problems == [])
    let problem = try #require(SwitchModels.problems(in: configuration).first)
    #expect(
      problem.message
        == "tisbackup-config.ini:10: section [sw1] key 'switch_type': 'CISCOO' is unknown")
    #expect(
      problem.hint
        == "Did you mean 'CISCO'? Write one of ARUBA-CX, CISCO, CISCO-SMB, DLINK-DGS1210, DLINK-DGS1510, HP-PROCURVE-2524, HP-PROCURVE-4104GL, LINKSYS-SRW2024, MINE, or describe another switch in a file of switch_models."
    )
    #expect(problem.section == "sw1" && problem.severity == .error)
  }

  @Test func `a file of one's own stands before a built-in model of its name`() throws {
    let folder = ScratchDirectory.path
    try write("[model]\nlike = CISCO\nminimum_lines = 1\n", to: "\(folder)/cisco.ini")
    let configuration = try configuration("CISCO", models: folder)
    #expect(SwitchModels.problems(in: configuration) == [])
    let model = try SwitchModels.model(of: try #require(configuration.sections.first))
    #expect(model.minimumLines == 1 && model.endMarker == "end")
  }

  @Test func `a bad file is told, and fails only the sections that use it`() throws {
    let folder = ScratchDirectory.path
    try write("[model]\nlike = NONE\n", to: "\(folder)/BAD.ini")
    let other = try configuration("CISCO", models: folder)
    #expect(SwitchModels.problems(in: other).map(\.section) == [nil])
    _ = try SwitchModels.model(of: try #require(other.sections.first))
    let user = try configuration("BAD", models: folder)
    #expect(SwitchModels.problems(in: user).map(\.section) == [nil, "sw1"])
    let error = #expect(throws: BackupError.self) {
      try SwitchModels.model(of: try #require(user.sections.first))
    }
    #expect(
      error?.message.text
        == "tisbackup-config.ini:10: section [sw1] key 'switch_type': 'BAD' cannot be used: \(folder)/BAD.ini:2: section [model] key 'like': 'NONE' is no built-in model"
    )
  }

  @Test func `a folder of models that is none is told`() throws {
    let problems = SwitchModels.problems(in: try configuration("CISCO", models: "/nonexistent"))
    #expect(
      problems.map(\.description) == [
        "tisbackup-config.ini:5: [global] key 'switch_models': '/nonexistent' is not a folder; Make it, or take the line away."
      ])
  }
}
