import BackupChecks
import Foundation

/// The basket of Icinga Director: the command with every option, a field for each, and templates.
func directorBasket(_ options: [PluginOption]) throws -> String {
  let fields = options.enumerated().map { ($0.offset + 1, $0.element) }
  let basket: [String: Any] = [
    "Command": ["tisbackup": command(options)],
    "Datafield": Dictionary(uniqueKeysWithValues: fields.map { ("\($0.0)", field($0.1)) }),
    "ServiceTemplate": [
      "tisbackup-service": template(
        "tisbackup-service", fields.map(\.0),
        [
          "check_command": "tisbackup", "check_interval": 1800, "retry_interval": 300,
          "max_check_attempts": 2, "enable_perfdata": true, "enable_flapping": false,
          "check_timeout": 60,
        ]),
      "tisbackup-section": template("tisbackup-section", [], ["imports": ["tisbackup-service"]]),
      "tisbackup-passive": template(
        "tisbackup-passive", [],
        [
          "imports": ["tisbackup-service"], "check_command": "dummy",
          "enable_active_checks": true, "enable_passive_checks": true, "max_check_attempts": 1,
          "check_interval": 93_600, "retry_interval": 93_600, "vars": stale("backup", "run"),
        ]),
      "tisbackup-section-passive": template(
        "tisbackup-section-passive", [], ["imports": ["tisbackup-passive"]]),
      "tisbackup-export-passive": template(
        "tisbackup-export-passive", [],
        [
          "imports": ["tisbackup-passive"], "check_interval": 691_200, "retry_interval": 691_200,
          "vars": stale("export", "export"),
        ]),
    ],
  ]
  let data = try JSONSerialization.data(
    withJSONObject: basket, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
  return String(decoding: data, as: UTF8.self) + "\n"
}

/// What the dummy check says when nobody has reported.
private func stale(_ what: String, _ tool: String) -> [String: Any] {
  [
    "dummy_state": 2,
    "dummy_text":
      "No \(what) was reported in time: does tisbackup-\(tool) still run, and does it reach this server?",
  ]
}

private func command(_ options: [PluginOption]) -> [String: Any] {
  var arguments: [String: Any] = [:]
  for option in options {
    let name = option.name == "verbose" ? "-v" : "--\(option.name)"
    arguments[name] = [
      option.value == nil ? "set_if" : "value": "$\(option.variable)$",
      "description": option.help.replacing("$", with: "$$"),
    ]
  }
  return [
    "object_name": "tisbackup", "object_type": "object", "methods_execute": "PluginCheck",
    "command": "/usr/lib/nagios/plugins/check_tisbackup", "timeout": 30,
    "disabled": false, "imports": [String](), "fields": [String](), "vars": [String: String](),
    "arguments": arguments, "uuid": NameUUID("director", "command").text,
  ]
}

private func field(_ option: PluginOption) -> [String: Any] {
  let type = option.value == nil ? "Boolean" : option.isRepeatable ? "Array" : "String"
  return [
    "varname": option.variable, "caption": "TISBackup: \(option.name.replacing("-", with: " "))",
    "description": option.help, "format": NSNull(),
    "datatype": "Icinga\\Module\\Director\\DataType\\DataType\(type)",
    "settings": type == "String" ? ["visibility": "visible"] : [String: String](),
    "uuid": NameUUID("director", "field", option.name).text,
  ]
}

private func template(_ name: String, _ fields: [Int], _ more: [String: Any]) -> [String: Any] {
  var template: [String: Any] = [
    "object_name": name, "object_type": "template", "disabled": false, "imports": [String](),
    "vars": [String: String](), "apply_for": NSNull(), "assign_filter": NSNull(),
    "fields": fields.map { ["datafield_id": $0, "is_required": "n", "var_filter": NSNull()] },
    "uuid": NameUUID("director", "template", name).text,
  ]
  template.merge(more) { _, new in new }
  return template
}
