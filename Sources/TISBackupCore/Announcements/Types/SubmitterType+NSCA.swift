extension SubmitterType {
  /// Field sizes: `data_packet` of NSCA 2.x, a NUL at the end of each.
  package static let nsca = SubmitterType(
    name: "nsca", summary: "NSCA, to the daemon beside a Nagios",
    keys: [
      .nscaServer, .nscaPort, .nscaPassword, .nscaMethod, .nscaPacket, .nscaRejectWait, .nscaConfig,
    ],
    nameLimits: (host: 63, service: 127))

  /// The encryption methods that nsca and send_nsca of 2.10 can both work with: none, XOR, and of
  /// libmcrypt's what its packages offer in 8 bit CFB.
  package static let nscaMethods: Set<Int> = [
    0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 14, 15, 16, 20, 23, 26,
  ]
}

extension Key {
  package static let nscaServer = Key.required("server", .host, "machine of the NSCA daemon")
  package static let nscaPort = Key.optional(
    "port", .number(1...65_535), default: "5667", "its port")
  package static let nscaPassword = Key.optional(
    "password", "password of nsca.cfg; without one there is none"
  ).secret
  package static let nscaMethod = Key.optional(
    "method", .choice(SubmitterType.nscaMethods.sorted().map(String.init)), default: "1",
    "decryption_method of nsca.cfg: 0 none, 1 XOR, 3 3DES, 14 AES; all but 0 and 1 need send_nsca")
  package static let nscaPacket = Key.optional(
    "packet", .choice(["4096", "512"]), default: "4096",
    "bytes of output in a packet; 512 for daemons of 2.7 and 2.8")
  package static let nscaRejectWait = Key.optional(
    "reject_wait_ms", .number(0...10_000), default: "1500",
    "milliseconds to see whether the daemon hangs up on a wrong password; 0 does not look")
  package static let nscaConfig = Key.optional(
    "config", .path, "an existing send_nsca.cfg, instead of password and method")
}
