import Monitoring

/// The comment a generated file begins with.
struct GeneratedHeader {
  var site: MonitoredSite
  /// The word of `--generate`.
  var form: String
  var mark: String
  /// Which files belong beside it.
  var beside: [String]

  var text: String {
    let command = (["check_tisbackup", "--generate", form] + options).joined(separator: " ")
    let lines = [
      "Made by: \(command)",
      "from \(PluginText.clean(site.path)). Do not edit: make it again"
        + " when that file changes.",
    ]
    return (lines + beside).map { "\(mark) \($0)\n" }.joined()
  }

  /// What the command line was, as far as it matters.
  private var options: [String] {
    let file = site.unusualPath.map { ["--config", PluginText.clean(ShellText.quote($0))] } ?? []
    return file + ["--backup-server", site.backupServer]
      + (site.hasHosts ? ["--existing-hosts"] : [])
  }
}

/// Words for the shell that a monitoring server hands a command line to.
enum ShellText {
  static func quote(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
        || "_./@:+,-".utf8.contains(byte)
    }
    return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }
}
