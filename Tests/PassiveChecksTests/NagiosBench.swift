import Monitoring
import OutsideWorld
import PassiveChecks
import TISBackupCore
import TISBackupTestSupport
import Testing

/// A real Nagios with services that are only reported, each `host/service`, for as long as `body`
/// runs.
func withNagios(_ names: [String], _ body: (NagiosServer) async throws -> Void) async throws {
  let server = try NagiosServer(
    in: ScratchDirectory.path, plugin: "/bin/true",
    objects: ["passive.cfg": NagiosServer.passiveObjects(names)])
  try await server.start()
  do {
    try await body(server)
    try await server.stop()
  } catch {
    try await server.stop()
    throw error
  }
}

extension World {
  /// A world that runs programs for real, and tells nobody.
  static let real = World.live { _ in }
}

extension Patience {
  /// Long enough for a loaded machine; a test that waits for its end says so.
  static let long = Patience(seconds: 60)
}

extension PassiveResult {
  /// A result with several sections, three of them late, and many figures.
  static func large(
    host: String = "web1", service: String = "backup-web1", sections: Int = 30,
    hasFigures: Bool = true
  ) -> PassiveResult {
    var result = sample(host: host, service: service)
    result.report = Report(
      plugin: "TISBACKUP",
      items: (0..<sections).map { number in
        Report.Item(
          name: "s\(number)", state: number < 3 ? .critical : .ok,
          text: number < 3 ? "last OK 40h ago; limit 30h" : "last OK 2h ago",
          perfdata: hasFigures
            ? [Perfdata("s\(number) age", Int64(number) * 3600, unit: .seconds, minimum: 0)] : [])
      },
      aggregates: [Perfdata("late", 3)])
    return result
  }

  /// The first line and the figures as Nagios is to show them.
  var shown: (line: String, figures: String, lines: [Substring]) {
    let lines = PassiveText.lines(report, limit: nil).split(separator: "\n")
    let parts = (lines.first ?? "").split(separator: "|", maxSplits: 1)
    return (
      String(parts[0].dropLast()).replacing(";", with: ":"),
      parts.count < 2 ? "" : String(parts[1].dropFirst()), Array(lines.dropFirst())
    )
  }
}

/// Expects that a real Nagios shows this result, all of it.
func expectShown(_ result: PassiveResult, by server: NagiosServer) async throws {
  let wanted = result.shown
  let fields = try await server.waitFor("\(result.name.host)/\(result.name.service)") {
    $0["plugin_output"] == wanted.line
  }
  #expect(fields["current_state"] == "\(result.state.rawValue)")
  #expect(fields["performance_data"] ?? "" == wanted.figures)
  #expect(fields["long_plugin_output"] ?? "" == wanted.lines.joined(separator: "\\n"))
}

extension Delivery {
  /// The sentence of one that was kept.
  var kept: String? { if case .kept(let sentence) = self { sentence } else { nil } }
}

/// Expects one sentence for all results, which has each of these and ends as one.
func expectKept(
  _ deliveries: [Delivery], count: Int, _ parts: String...,
  at location: SourceLocation = #_sourceLocation
) {
  #expect(deliveries.count == count, sourceLocation: location)
  #expect(Set(deliveries.map(\.kept)).count == 1, sourceLocation: location)
  let sentence = deliveries.first?.kept ?? "\(deliveries)"
  for part in parts { #expect(sentence.contains(part), sourceLocation: location) }
  #expect(
    sentence.last.map(".?".contains) == true && !sentence.contains("\n"), sourceLocation: location)
}
