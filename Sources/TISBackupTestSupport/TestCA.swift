import Foundation

/// A certificate authority of a test, made by openssl, and what it signs.
package struct TestCA: Sendable {
  /// Its certificate.
  package let file: String
  private let folder: String

  package init(in scratch: String) async throws {
    folder = "\(scratch)/ca-\(UUID().uuidString.prefix(8))"
    try makeFolder(folder)
    file = "\(folder)/ca.pem"
    try await Self.openssl([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
      "2",
      "-subj", "/CN=Test CA", "-keyout", "\(folder)/ca.key", "-out", file,
    ])
  }

  /// A file with a certificate for a host, and with its key.
  package func certificate(for host: String) async throws -> String {
    let name = "\(folder)/\(host)"
    try await Self.openssl([
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
      "/CN=\(host)",
      "-addext", "subjectAltName=DNS:\(host)", "-keyout", "\(name).key", "-out", "\(name).csr",
    ])
    let extensions = try write("subjectAltName=DNS:\(host)\n", to: "\(name).ext")
    try await Self.openssl([
      "x509", "-req", "-in", "\(name).csr", "-CA", file, "-CAkey", "\(folder)/ca.key",
      "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", "\(name).crt",
    ])
    return try write(text("\(name).crt") + text("\(name).key"), to: "\(name).pem")
  }

  private static func openssl(_ arguments: [String]) async throws {
    let result = try await program(["openssl"] + arguments)
    guard result.status == 0 else { throw ServerError.notListening(result.stderr) }
  }
}
