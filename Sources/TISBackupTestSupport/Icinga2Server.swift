import Foundation

/// A real Icinga 2 with a folder, a CA and an API of its own.
package struct Icinga2Server: Sendable {
  package let folder: String
  package let port: Int

  /// The login of the API.
  private static let login = "tester:secret"

  /// Writes the main file; `plugin` is what `PluginContribDir + "/check_tisbackup"` is to be.
  package init(in scratch: String, plugin: String, files: [String: String]) throws {
    (folder, port) = ("\(scratch)/icinga2", try freePort())
    for name in ["conf", "plugins", "data/certs", "log", "cache", "run", "spool", "zones"] {
      try makeFolder("\(folder)/\(name)")
    }
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder)/plugins/check_tisbackup", withDestinationPath: plugin)
    for (name, text) in files { try write(text, to: "\(folder)/conf/\(name)") }
    try write(main, to: "\(folder)/icinga2.conf")
  }

  private var main: String {
    """
    const NodeName = "localhost"
    const ZoneName = NodeName
    const PluginDir = "/usr/lib/nagios/plugins"
    const PluginContribDir = "\(folder)/plugins"
    include <itl>
    include <plugins>
    object Endpoint NodeName {}
    object Zone ZoneName { endpoints = [ NodeName ] }
    object CheckerComponent "checker" {}
    object FileLogger "main" {
      severity = "information"
      path = "\(folder)/log/main.log"
    }
    object ApiListener "api" {
      bind_host = "127.0.0.1"
      bind_port = \(port)
    }
    object ApiUser "tester" {
      password = "secret"
      permissions = [ "*" ]
    }
    include "conf/*.conf"

    """
  }

  /// Every folder that would else be the system's.
  var options: [String] {
    [
      "Configuration.ConfigDir=\(folder)", "Configuration.DataDir=\(folder)/data",
      "Configuration.LogDir=\(folder)/log", "Configuration.CacheDir=\(folder)/cache",
      "Configuration.InitRunDir=\(folder)/run", "Configuration.SpoolDir=\(folder)/spool",
      "Configuration.ZonesDir=\(folder)/zones",
    ].flatMap { ["-D", $0] }
  }

  /// What `icinga2 daemon -C` says of the files.
  package func verify() async throws -> ToolResult {
    try await makeCertificates()
    return try await program(
      ["icinga2", "daemon", "-C", "-c", "\(folder)/icinga2.conf"] + options)
  }

  /// Runs Icinga until every service has been checked, and gives what its API then says of them: the
  /// last result by `host!service`.
  package func checkAll(_ count: Int) async throws -> [String: CheckedService] {
    try await makeCertificates()
    let server = try await Server(
      "/usr/sbin/icinga2", ["daemon", "-c", "\(folder)/icinga2.conf"] + options, port: port,
      log: "\(folder)/stdout.log")
    defer { server.stop() }
    for _ in 0..<600 {
      let services = try await services()
      if services.count == count, services.values.allSatisfy({ $0.result != nil }) {
        return try await withFigures(services)
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw ServerError.notListening(server.story)
  }

  /// One service in the answer of the API.
  package struct CheckedService: Decodable, Sendable {
    package struct Result: Decodable, Sendable {
      package var state: Double
      package var output: String
      package var check_source: String?
      package var ttl: Double?
    }

    var last_check_result: Result?
    package var result: Result? { last_check_result }
    package var notes: String
    /// As Icinga itself parses them, the way its writers for graphs do.
    package var figures: [Figure]?
  }

  /// One figure as Icinga understands it, in its own base units.
  package struct Figure: Decodable, Sendable {
    package var label: String
    package var value: Double
    package var unit: String
    package var warn: Double?
    package var crit: Double?
  }

  private struct Answer: Decodable {
    struct Entry: Decodable {
      var name: String
      var attrs: CheckedService
    }

    var results: [Entry]
  }

  private struct ConsoleAnswer: Decodable {
    struct Entry: Decodable { var result: [Figure] }

    var results: [Entry]
  }

  /// What Icinga shows of every service, by `host!service`.
  package func services() async throws -> [String: CheckedService] {
    let answer: Answer = try await ask(
      "objects/services?attrs=last_check_result&attrs=notes", [])
    return Dictionary(uniqueKeysWithValues: answer.results.map { ($0.name, $0.attrs) })
  }

  func withFigures(_ services: [String: CheckedService]) async throws
    -> [String: CheckedService]
  {
    var services = services
    for name in services.keys {
      let parts = name.split(separator: "!")
      let script =
        "get_service(\"\(parts[0])\", \"\(parts[1])\").last_check_result.performance_data"
        + ".map(x => parse_performance_data(x))"
      let answer: ConsoleAnswer = try await ask(
        "console/execute-script", ["-X", "POST", "-d", "{\"command\": \(try quoted(script))}"])
      services[name]?.figures = answer.results.first?.result
    }
    return services
  }

  private func quoted(_ text: String) throws -> String {
    String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
  }

  func ask<Reply: Decodable>(_ path: String, _ options: [String]) async throws -> Reply {
    let answer = try await program(
      [
        "curl", "-q", "-s", "-S", "--cacert", "\(folder)/data/certs/ca.crt", "-u", Self.login,
        "-H", "Accept: application/json", "https://localhost:\(port)/v1/\(path)",
        "--resolve", "localhost:\(port):127.0.0.1",
      ] + options)
    guard answer.status == 0 else { throw ServerError.notListening(answer.stderr) }
    do {
      return try JSONDecoder().decode(Reply.self, from: Data(answer.stdout.utf8))
    } catch {
      throw ServerError.notListening("\(error): \(answer.stdout)")
    }
  }

  /// A CA and a certificate of this Icinga, then the folder to the user it becomes.
  func makeCertificates() async throws {
    let made = try await program([
      "sh", "-e", "-c",
      """
      cd "$1"
      openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj '/CN=test CA' \
        -keyout ca.key -out ca.crt 2>/dev/null
      openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout localhost.key \
        -out localhost.csr 2>/dev/null
      printf 'subjectAltName=DNS:localhost' >extensions
      openssl x509 -req -in localhost.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 \
        -extfile extensions -out localhost.crt 2>/dev/null
      """, "sh", "\(folder)/data/certs",
    ])
    guard made.status == 0 else { throw ServerError.notListening(made.stderr) }
    _ = try await program(["chown", "-R", "nagios:nagios", folder])
  }
}
