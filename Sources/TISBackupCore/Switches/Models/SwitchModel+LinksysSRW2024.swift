extension SwitchModel {
  /// Linksys SRW2024, and its relatives with the same hidden command line.
  ///
  /// It greets with a screen to fill in; behind the menu, Ctrl-Z leads to a prompt whose `lcli` is
  /// the command line, which asks for the login again.
  package static let linksysSRW2024 = SwitchModel(
    name: "LINKSYS-SRW2024", aliases: ["LINKSYS-SRW2048", "LINKSYS-SRW2016"],
    summary: "Linksys SRW2024 and its like",
    greetings: [
      Answer("*login screen*password:*", "^X{user}^I{password}^M"),
      Answer("*switch main menu*", "^Z"), Answer(">", "lcli^M"),
    ],
    prompts: ["*?>", "*#"],
    preparations: ["terminal datadump"],
    commands: ["show startup-config", "show running-config"],
    volatile: ["*system up time*"],
    secrets: [
      "enable password *", "username * password *", "snmp-server community *", "*key *",
    ],
    goodbyes: ["exit", "logout"])
}
