import FoundationEssentials

/// The JSON of a basket for Icinga Director, with the names its fields have there.
struct DirectorDocument: Encodable {
  var ServiceSet: [String: ServiceSet]

  struct ServiceSet: Encodable {
    var object_name: String
    var object_type = "template"
    var description: String
    var assign_filter: String?
    var services: [String: Service]
    var uuid: String
  }

  struct Service: Encodable {
    var object_name: String
    var object_type = "object"
    var display_name: String
    var imports: [String]
    var notes: String?
    var vars: [String: String]
    /// Seconds.
    var check_interval: Int?
    var retry_interval: Int?
    var uuid: String
  }

  var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let data = (try? encoder.encode(self)) ?? Data("{}".utf8)
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  /// `$` begins a macro.
  static func doubled(_ text: String) -> String {
    text.split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$")
  }
}
