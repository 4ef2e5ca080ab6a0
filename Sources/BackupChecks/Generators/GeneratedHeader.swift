import Monitoring

/// The comment a generated file begins with.
struct GeneratedHeader {
  var site: MonitoredSite
  /// The word of `--generate`.
  var form: String
  var mark: String
  /// Which files belong beside it.
  var beside: [String]
  /// The monitoring ini, for services that are reported.
  var source: ReportedSite.Source?

  var text: String {
    let command = (["check_tisbackup", "--generate", form] + options).joined(separator: " ")
    let lines = ["Made by: \(command)", origin]
    return (lines + beside).map { "\(mark) \($0)\n" }.joined()
  }

  private var origin: String {
    let path = PluginText.clean(site.path)
    guard let source else {
      return "from \(path). Do not edit: make it again when that file changes."
    }
    guard let names = source.path else {
      return "from \(path), and no monitoring ini. Do not edit: make it again when there is one."
    }
    return
      "from \(path) and \(PluginText.clean(names)). Do not edit: make it again when one changes."
  }

  /// What the command line was, as far as it matters.
  private var options: [String] {
    let file = site.unusualPath.map { ["--config", word($0)] } ?? []
    let names = source?.isChosen == true ? source?.path : nil
    return file + ["--backup-server", site.backupServer]
      + (site.hasHosts ? ["--existing-hosts"] : []) + (source == nil ? [] : ["--passive"])
      + (names.map { ["--monitoring", word($0)] } ?? [])
  }

  private func word(_ path: String) -> String { PluginText.clean(ShellText.quote(path)) }
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
