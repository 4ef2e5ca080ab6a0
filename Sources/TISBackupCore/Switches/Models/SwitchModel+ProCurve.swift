extension SwitchModel {
  /// HP ProCurve 4100gl; the modular ones and later ones of HP, Aruba with AOS-S among them.
  package static let procurve4104 = SwitchModel.procurve(
    "HP-PROCURVE-4104GL", ["HP-PROCURVE", "ARUBA-AOS-S"],
    "HP ProCurve 4100gl, 2600, 2800, Aruba AOS-S")

  /// HP ProCurve 2500: as the 4100gl, and only its configuration in flash is whole on some releases.
  package static let procurve2524 = SwitchModel.procurve(
    "HP-PROCURVE-2524", [], "HP ProCurve 2512 and 2524")

  /// They draw on a screen of the VT100 kind, also around their prompt, and wait for a key before
  /// they let anybody in.
  private static func procurve(_ name: String, _ aliases: [String], _ summary: String)
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
