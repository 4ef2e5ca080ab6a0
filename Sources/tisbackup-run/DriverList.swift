import BackupDrivers
import BackupTools
import Monitoring
import TISBackupCore

/// The answer of `--list-drivers`: types, keys and defaults, from the schema itself.
enum DriverList {
  static func print(json: Bool) -> CheckState {
    Output.print(json ? JSONText.encode(BackupTypes.all.map(Entry.init)) : text)
    return .ok
  }

  private static var text: String {
    let common = "Keys of every type:\n" + Key.common.map(line).joined(separator: "\n")
    let types = BackupTypes.all.map { type in
      let names = ([type.name] + type.aliases).joined(separator: ", ")
      return (["\(names): \(type.summary)"] + type.keys.map(line)).joined(separator: "\n")
    }
    let globals =
      "Keys of [global] alone:\n" + Key.globalOnly.map(line).joined(separator: "\n")
    return ([common, globals] + types).joined(separator: "\n\n")
  }

  private static func line(_ key: Key) -> String {
    var facts: [String] = []
    if key.isRequired { facts.append("required") }
    if key.isSecret { facts.append("secret, or \(key.name)_file") }
    if let fallback = key.fallback { facts.append("default \(fallback)") }
    if let global = key.globalName {
      facts.append(global == key.name ? "also in [global]" : "in [global]: \(global)")
    }
    let name = key.name + String(repeating: " ", count: max(1, 24 - key.name.count))
    return "  \(name)\(key.help)" + (facts.isEmpty ? "" : " (\(facts.joined(separator: "; ")))")
  }

  /// One type in JSON.
  private struct Entry: Encodable {
    struct KeyEntry: Encodable {
      var name: String
      var required: Bool
      var secret: Bool
      var `default`: String?
      var global: String?
      var help: String
    }

    var type: String
    var aliases: [String]
    var summary: String
    /// Every type is taken; scripts may still ask.
    var available = true
    var keys: [KeyEntry]

    init(_ type: BackupType) {
      self.type = type.name
      (aliases, summary) = (type.aliases, type.summary)
      keys = type.allKeys.map { key in
        KeyEntry(
          name: key.name, required: key.isRequired, secret: key.isSecret, default: key.fallback,
          global: key.globalName, help: key.help)
      }
    }
  }
}
