extension SwitchModel {
  /// Aruba AOS-CX.
  package static let arubaCX = SwitchModel(
    name: "ARUBA-CX", aliases: ["AOS-CX", "ARUBA-AOS-CX"], summary: "Aruba AOS-CX",
    transport: .ssh,
    answers: [Answer("*do you want to save*", "n")],
    enable: nil,
    preparations: ["no page"],
    minimumLines: 8,
    volatile: ["!export-password:*"],
    secrets: [
      "user * password *", "*ciphertext *", "*plaintext *", "snmp-server community *",
      "snmpv3 user * auth *", "*key *",
    ],
    goodbyes: ["exit"])
}
