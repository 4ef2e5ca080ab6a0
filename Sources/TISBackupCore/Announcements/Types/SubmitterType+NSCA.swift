extension SubmitterType {
  /// Field sizes: `data_packet` of NSCA 2.x, a NUL at the end of each.
  package static let nsca = SubmitterType(
    name: "nsca", summary: "NSCA, to the daemon beside a Nagios",
    keys: [
      .nscaServer, .nscaPort, .nscaPassword, .nscaMethod, .nscaPacket, .nscaRejectWait, .nscaConfig,
    ],
    nameLimits: (host: 63, service: 127),
    problem: { target in
      let beside = ["password", "password_file", "method"].first { isGiven($0, in: target) }
      if let beside, isGiven("config", in: target) {
        return (
          "has both 'config' and '\(beside)'",
          "Take one away: the file that 'config' names holds password and method already."
        )
      }
      return problem(withNSCAPassword: Array((target.text(.nscaPassword) ?? "").utf8))
    })

  /// The encryption methods that nsca and send_nsca of 2.10 can both work with: none, XOR, and of
  /// libmcrypt's what its packages offer in 8 bit CFB.
  package static let nscaMethods: Set<Int> = [
    0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 14, 15, 16, 20, 23, 26,
  ]

  /// Bytes of a password that every nsca and send_nsca takes; those of Debian 12 take 5,000.
  private static let nscaPasswordLimit = 511

  /// Why a password cannot be that of nsca.cfg, as the end of a sentence and its cure; nil when it
  /// can.
  package static func problem(withNSCAPassword password: [UInt8]) -> (
    message: String, hint: String
  )? {
    if password.contains(where: { $0 == 0 || $0 == 0x0a }) {
      return (
        "has a 'password' with a line end or a NUL in it", "Write one line, as in nsca.cfg."
      )
    }
    guard password.count > nscaPasswordLimit else { return nil }
    return (
      "has a 'password' of \(password.count) bytes, \(nscaPasswordLimit) at most",
      "Shorten it here and in nsca.cfg."
    )
  }

  private static func isGiven(_ key: String, in target: Section) -> Bool {
    target.values[key]?.text.isEmpty == false
  }
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
    "bytes of output in a packet; 512 for daemons of 2.7 and 2.8 only: newer ones take it, and "
      + "show no wrong password then")
  package static let nscaRejectWait = Key.optional(
    "reject_wait_ms", .number(0...10_000), default: "1500",
    "milliseconds to see whether the daemon hangs up on a wrong password; 0 does not look")
  package static let nscaConfig = Key.optional(
    "config", .path, "an existing send_nsca.cfg, instead of password and method")
}
