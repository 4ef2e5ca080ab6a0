extension SwitchModel {
  /// Cisco IOS and IOS XE.
  ///
  /// Its clock period is set by itself, and the times of the last change above the configuration move
  /// with who looks, not with what changed.
  package static let cisco = SwitchModel(
    name: "CISCO", aliases: ["CISCO-IOS", "CISCO-IOS-XE"], summary: "Cisco IOS and IOS XE",
    answers: [
      Answer("*do you want to save*", "n^M"), Answer("*save?*\\[yes/no\\]*", "no^M"),
    ],
    preparations: ["terminal length 0", "terminal width 0"],
    extras: ["show vlan"],
    endMarker: "end", signs: ["version [0-9]*", "frr version [0-9]*"], minimumLines: 10,
    volatile: [
      "ntp clock-period *", "current configuration :*", "! last configuration change*",
      "! nvram config last updated*", "! no configuration change since last restart*",
    ],
    secrets: [
      "enable secret *", "enable password *", "username * password *", "username * secret *",
      "password *", "snmp-server community *", "snmp-server host * version * *",
      "snmp-server user * auth *", "*key-string *", "tacacs-server *key *", "radius-server *key *",
      "server-private * key *", "key *", "pac key *", "crypto isakmp key *", "*pre-shared-key *",
      "wpa-psk *", "ppp chap password *", "ppp pap sent-username *", "*message-digest-key * md5 *",
      "*authentication-key * md5 *", "neighbor * password *", "standby * authentication *",
    ],
    goodbyes: ["exit"])
}
