import Foundation
import Synchronization

/// A stand-in for the hosts of a Xen pool, for no simulator of XAPI exists.
///
/// It speaks JSON-RPC, XML-RPC and the paths that stream exports and the database, over https, and
/// keeps the rules of the API on a model of a pool. Python's official client judges it in the tests.
/// Each host has a port of its own, so the addresses it tells of others have one too.
package final class XAPIHost: Sendable {
  /// The folder with its files, one for each pool.
  package let folder: String
  /// The ports of the hosts, in their order.
  package let ports: [Int]
  package let pool: XAPIPool
  /// The name that its certificates have, and that others are told.
  package static let name = "localhost"
  private let server = Mutex<Server?>(nil)

  /// Starts all hosts of a pool, with certificates of their own making, or signed by `authority`.
  package static func start(
    in scratch: String, pool: XAPIPool = .sample, faults: [XAPIFault] = [],
    authority: TestCA? = nil
  ) async throws -> XAPIHost {
    let host = try XAPIHost(in: scratch, pool: pool)
    for index in host.ports.indices {
      try await host.makeCertificate(of: index, by: authority)
    }
    try host.describe()
    try host.set(faults: faults)
    try await host.launch()
    return host
  }

  private init(in scratch: String, pool: XAPIPool) throws {
    ports = try (0..<pool.size).map { _ in try freePort() }
    self.pool = pool
    folder = "\(scratch)/xapi-\(ports[0])"
    try makeFolder(folder)
  }

  /// A host as a section names it: `localhost:PORT`.
  package func address(_ index: Int = 0) -> String { "\(Self.name):\(ports[index])" }
  package func url(_ index: Int = 0) -> String { "https://\(address(index))" }

  /// The certificate of a host and its key, in one file.
  package func certificate(_ index: Int = 0) -> String { "\(folder)/host-\(index).pem" }

  /// The SHA-256 fingerprint of the certificate of a host, as openssl writes it.
  package func fingerprint(_ index: Int = 0) async throws -> String {
    let told = try await program([
      "openssl", "x509", "-in", certificate(index), "-noout", "-fingerprint", "-sha256",
    ])
    guard let value = told.stdout.split(separator: "=").last, told.status == 0 else {
      throw ServerError.failed(told.stderr)
    }
    return value.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// What goes wrong from now on, and nothing else does; counts of `times` begin again.
  package func set(faults: [XAPIFault]) throws {
    let data = try JSONSerialization.data(withJSONObject: faults.map(\.entry))
    try data.write(to: URL(filePath: "\(folder)/faults.json"), options: .atomic)
  }

  /// Every call that has ended, in the order in which they came.
  package var calls: [XAPICall] {
    get throws {
      try text("\(folder)/calls.log").split(separator: "\n").map { try XAPICall(line: $0) }
    }
  }

  /// All objects by class and reference, with the fields of the API.
  package var objects: JSON {
    get throws { try JSON(parsing: text("\(folder)/state.json"))["objects"] ?? .null }
  }

  /// The records of a class that have a name.
  package func records(_ kind: String, named name: String) throws -> [JSON] {
    guard case .object(let records)? = try objects[kind] else { return [] }
    return records.values.filter { $0["name_label"] == .text(name) }
  }

  /// What somebody would have to clean up by hand.
  package var leftovers: XAPILeftovers {
    get throws { try XAPILeftovers(JSON(parsing: text("\(folder)/state.json.left"))) }
  }

  /// Waits until nothing is being done with any machine, or some seconds long.
  ///
  /// A host takes a moment to notice that a client is gone.
  package func becomesIdle() async throws { try await waits { $0 == [] } }

  /// Waits until something is being done with a machine, or some seconds long.
  package func becomesBusy() async throws { try await waits { $0 != [] } }

  private func waits(_ isReached: ([String]) -> Bool) async throws {
    for _ in 0..<500 where try !isReached(leftovers.operations) {
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  package func stop() async {
    let server = server.withLock { $0 }
    await server?.end()
  }

  /// Ends it and starts it again: machines and disks are as they were, sessions and tasks are gone.
  ///
  /// With `newCertificates` all hosts make themselves new ones, as after a reinstallation.
  package func restart(newCertificates: Bool = false) async throws {
    await stop()
    if newCertificates {
      for index in ports.indices { try await makeCertificate(of: index, by: nil) }
    }
    try await launch()
  }

  private func launch() async throws {
    let script = URL(filePath: #filePath).deletingLastPathComponent().path + "/XAPI/host.py"
    let files = ["description.json", "state.json", "faults.json", "calls.log"]
    // Debian's, which has xxhash. The last port is the last to be opened.
    let started = try await Server(
      "/usr/bin/python3", ["-B", script] + files.map { "\(folder)/\($0)" }, port: ports.last ?? 0,
      log: "\(folder)/server.log")
    server.withLock { $0 = started }
  }

  /// What the hosts say of themselves: empty unless they have a defect.
  package var story: String { server.withLock { $0?.story } ?? "" }

  private func describe() throws {
    let hosts = ports.indices.map { index in
      HostDescription(
        name: "xen\(index + 1)", address: address(index), port: ports[index],
        certificate: certificate(index))
    }
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let data = try encoder.encode(PoolDescription(pool: pool, hosts: hosts))
    try data.write(to: URL(filePath: "\(folder)/description.json"))
  }

  private func makeCertificate(of index: Int, by authority: TestCA?) async throws {
    let file = certificate(index)
    if let authority {
      let signed = try await authority.certificate(for: Self.name)
      try write(text(signed), to: file)
      return
    }
    // As a host makes its own at installation: its address is the name, others stand beside it.
    let made = try await program([
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
      "-days", "3650", "-subj", "/CN=127.0.0.1", "-addext",
      "subjectAltName=DNS:\(Self.name),DNS:xen\(index + 1).example.com,IP:127.0.0.1", "-keyout",
      "\(file).key", "-out", "\(file).crt",
    ])
    guard made.status == 0 else { throw ServerError.failed(made.stderr) }
    try write(text("\(file).crt") + text("\(file).key"), to: file)
  }
}

private struct HostDescription: Encodable {
  let name: String
  let address: String
  let port: Int
  let certificate: String
}

private struct PoolDescription: Encodable {
  let pool: XAPIPool
  let hosts: [HostDescription]

  private enum CodingKeys: CodingKey { case hosts }

  func encode(to encoder: any Encoder) throws {
    try pool.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(hosts, forKey: .hosts)
  }
}
