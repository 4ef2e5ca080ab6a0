extension SwitchModel {
  /// What all HP ProCurve have in common: they draw on a screen of the VT100 kind, also around their
  /// prompt, wait for a key before they let anybody in, and ask twice before they let go.
  static func procurve(_ name: String, _ aliases: [String], _ summary: String)
    -> SwitchModel
  {
    SwitchModel(
      name: name, aliases: aliases, summary: summary,
      greetings: [
        Answer("*press any key to continue*", "^M"), Answer("*enter switch number*", "1^M"),
      ],
      answers: [
        Answer("*do you want to log out*", "y"),
        Answer("*do you want to save current configuration*", "n"),
      ],
      preparations: ["no page", "terminal length 1000", "terminal width 1000"],
      pagers: ["-- more --*"],
      commands: ["show running-config", "show config"],
      volatile: ["*up time*", "; * power *"],
      secrets: [
        "password manager *", "password operator *", "snmp-server community *",
        "snmpv3 user * auth *", "radius-server *key *", "tacacs-server *key *", "*encrypted-key *",
        "*key-string *", "*passphrase *",
      ],
      goodbyes: ["logout", "exit"])
  }
}
