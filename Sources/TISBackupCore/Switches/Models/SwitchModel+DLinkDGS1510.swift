extension SwitchModel {
  /// D-Link DGS-1510 and others with the command line of its generation.
  package static let dlinkDGS1510 = SwitchModel(
    name: "DLINK-DGS1510", aliases: ["DLINK-DXS", "DLINK-DGS3130"],
    summary: "D-Link DGS-1510, DGS-3130, DXS",
    suffix: ".cfg",
    // Comments begin with '#': no prompt is one of theirs.
    prompts: ["*[!# ]>", "*[!# ]#"],
    enabledPrompts: ["*[!# ]#"],
    preparations: ["terminal length 0", "terminal width 255"],
    endMarker: "*end of configuration file*", signs: ["#*d-link corporation*"], minimumLines: 8,
    volatile: ["*system up time*", "*sntp*time*", "# *"],
    secrets: [
      "enable password *", "username * password *", "snmp-server community *",
      "snmp-server user * auth *", "*key *",
    ],
    goodbyes: ["logout", "exit"])
}
