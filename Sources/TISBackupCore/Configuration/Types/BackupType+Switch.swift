extension BackupType {
  package static let switchConfiguration = BackupType(
    name: "switch", summary: "the configuration of a network switch",
    keys: [
      .required("switch_ip", .host, "address of the switch"),
      .required(
        "switch_type",
        "LINKSYS-SRW2024, CISCO, HP-PROCURVE-4104GL, HP-PROCURVE-2524, DLINK-DGS1210, DLINK-DGS1510"
      ),
      .optional("switch_user", "login"), .optional("switch_password", "its password").secret,
    ],
    artifact: .file(prefix: .section, suffixes: [".txt", ".bin", ".cfg"]))
}
