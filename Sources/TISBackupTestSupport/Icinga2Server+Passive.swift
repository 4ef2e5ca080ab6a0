import Foundation

extension Icinga2Server {
  /// The address of the API, and the CA that signed its certificate for `localhost`.
  package var url: String { "https://localhost:\(port)" }
  package var caFile: String { "\(folder)/data/certs/ca.crt" }

  /// Hosts with services, each `host!service`, that are only reported; stale after `interval`.
  package static func passiveObjects(_ names: [String], interval: String = "1d") -> String {
    let hosts = Set(names.map { $0.split(separator: "!")[0] }).sorted().map {
      "object Host \"\($0)\" {\n  check_command = \"dummy\"\n}\n"
    }
    let services = names.map { name in
      let parts = name.split(separator: "!")
      return """
        object Service "\(parts[1])" {
          host_name = "\(parts[0])"
          check_command = "dummy"
          vars.dummy_state = 2
          vars.dummy_text = "nobody reported"
          check_interval = \(interval)
          retry_interval = \(interval)
          max_check_attempts = 1
        }

        """
    }
    return (hosts + services).joined()
  }

  /// Runs Icinga, on the same port each time, while `body` does its work.
  package func running<Result>(_ body: () async throws -> Result) async throws -> Result {
    let server = try await start()
    do {
      let result = try await body()
      await server.end()
      return result
    } catch {
      await server.end()
      throw error
    }
  }

  /// Starts Icinga; with the returned value it ends.
  package func start() async throws -> Server {
    if !exists(caFile) { try await makeCertificates() }
    return try await Server(
      "/usr/sbin/icinga2", ["daemon", "-c", "\(folder)/icinga2.conf"] + options, port: port,
      log: "\(folder)/stdout.log")
  }

  /// Waits until what Icinga knows of a service, `host!service`, is as wanted; with the figures it
  /// understood.
  package func waitFor(
    _ name: String, _ isWanted: @Sendable (CheckedService.Result) -> Bool = { _ in true }
  ) async throws -> CheckedService {
    var last: CheckedService?
    for _ in 0..<600 {
      last = try? await services()[name]
      if let last, let result = last.result, isWanted(result) {
        // The console knows no figures of a result that came without any.
        return (try? await withFigures([name: last])[name]) ?? last
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw ServerError.notListening("\(name) stays \(String(describing: last))")
  }

  /// A private key and a certificate of the server's CA for a client of this name.
  package func clientCertificate(_ name: String) async throws -> (certificate: String, key: String)
  {
    let made = try await program([
      "sh", "-e", "-c",
      """
      cd "$1"
      openssl req -newkey rsa:2048 -nodes -subj "/CN=$2" -keyout "$2.key" -out "$2.csr" 2>/dev/null
      openssl x509 -req -in "$2.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 \
        -out "$2.crt" 2>/dev/null
      """, "sh", "\(folder)/data/certs", name,
    ])
    guard made.status == 0 else { throw ServerError.notListening(made.stderr) }
    let path = "\(folder)/data/certs/\(name)"
    return ("\(path).crt", "\(path).key")
  }
}
