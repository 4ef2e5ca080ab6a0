import Foundation
import TISBackupTestSupport
import Testing

/// One option of `check_tisbackup`, as its parser knows it.
struct PluginOption {
  /// `warning-size`.
  var name: String
  var help: String
  /// What its value is called; nil for a flag.
  var value: String?
  var isRepeatable: Bool

  /// The custom variable of Icinga that holds it.
  var variable: String { "tisbackup_" + name.replacing("-", with: "_") }

  /// Options that are for people at a terminal, not for a monitoring server.
  private static let left = [
    "help", "version", "generate", "existing-hosts", "backup-server", "passive", "monitoring",
    "generate-completion-script", "experimental-dump-help",
  ]

  /// Every option, in the order of the help: the one table all files are made from.
  static func all() async throws -> [PluginOption] {
    let dump = try await tool("check_tisbackup", ["--experimental-dump-help"]).stdout
    let document = try #require(try json(dump) as? [String: Any])
    let command = try #require(document["command"] as? [String: Any])
    let arguments = try #require(command["arguments"] as? [[String: Any]])
    return try arguments.compactMap { argument in
      let names = try #require(argument["names"] as? [[String: String]])
      let long = try #require(names.first { $0["kind"] == "long" }?["name"])
      guard !left.contains(long) else { return nil }
      let isFlag = argument["kind"] as? String == "flag"
      let fallback = argument["defaultValue"] as? String
      return PluginOption(
        name: long,
        help: (argument["abstract"] as? String ?? "")
          + (isFlag || fallback == nil ? "" : " Default: \(fallback ?? "")."),
        value: isFlag ? nil : argument["valueName"] as? String ?? "value",
        isRepeatable: argument["isRepeating"] as? Bool == true)
    }
  }
}

/// The CheckCommand of Icinga 2 with every option.
func icingaCheckCommand(_ options: [PluginOption]) -> String {
  let arguments = options.map { option in
    let name = option.name == "verbose" ? "-v" : "--\(option.name)"
    let help = option.help.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("$", with: "$$")
    let meaning = option.value == nil ? "set_if" : "value"
    return """
          "\(name)" = {
            \(meaning) = "$\(option.variable)$"
            description = "\(help)"
          }

      """
  }.joined()
  return """
    /* check_tisbackup for Icinga 2, with every option; made from the plugin's own table of options.
     *
     * A variable is named for its option: tisbackup_warning_size is --warning-size. Arrays repeat an
     * option, booleans set one.
     */

    object CheckCommand "tisbackup" {
      command = [ PluginContribDir + "/check_tisbackup" ]
      /* The plugin answers within its own eight seconds; this is for a machine that is stuck. */
      timeout = 30s
      arguments = {
    \(arguments)  }
    }

    """
}
