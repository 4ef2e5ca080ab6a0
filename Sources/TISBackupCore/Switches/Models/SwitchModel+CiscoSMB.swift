extension SwitchModel {
  /// Cisco Small Business: Sx200, Sx300, Sx500, CBS.
  package static let ciscoSMB = SwitchModel(
    name: "CISCO-SMB", aliases: ["CISCO-SG300", "CISCO-SG500", "CISCO-CBS"],
    summary: "Cisco Small Business 200, 300, 500 and CBS",
    // Its first question to an old password; nothing is changed.
    greetings: [Answer("*do you want to change the password*", "n^M")],
    preparations: ["terminal datadump", "terminal width 0"],
    endMarker: nil, minimumLines: 8,
    volatile: ["*system up time*", "file ssd indicator*", "*sw version*time*"],
    secrets: [
      "enable password *", "username * password *", "snmp-server community *",
      "snmp-server user * auth *", "encrypted *key *", "tacacs-server *key *",
      "radius-server *key *", "passphrase *", "*key-string *", "crypto key import *",
    ],
    goodbyes: ["exit"])
}
