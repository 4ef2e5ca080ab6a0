import OutsideWorld
import TISBackupCore

/// The API of Icinga 2: one request a service, on one connection.
package struct Icinga2: PassiveSubmitter {
  package static let type = SubmitterType.icinga2

  private let target: String
  private let address: WebAddress
  private let login: CurlRequest.Login?
  private let caFile: String?
  private let tlsName: String?
  private let certificate: (certificate: String, key: String)?
  private let readsBack: Bool

  /// The port of Icinga's API.
  private static let defaultPort = 5665
  /// Requests of one run of curl, whose answers are kept in memory.
  private static let batch = 250
  /// Seconds one request may take: Icinga answers within milliseconds, or hangs.
  private static let requestLimit = 15

  package init(_ target: Section) throws(BackupError) {
    self.target = target.name
    let url = try target.require(.icingaURL)
    guard let address = WebAddress(url) else {
      throw BackupError(.configuration, .badURL(url, target), hint: .writeURL)
    }
    self.address = address
    let password = try target.secret(.password)
    login = target.text(.apiUser).map { .init(user: $0, password: password ?? "") }
    (caFile, tlsName) = (target.text(.caFile), target.text(.tlsName))
    if let file = target.text(.clientCertificate) {
      certificate = (file, try target.require(.clientKey))
    } else {
      certificate = nil
    }
    readsBack = target.flag(.readBack)
  }

  /// A wrong password is tried once, not a hundred times: the first result goes alone.
  package func submit(_ results: [PassiveResult], using world: World, patience: Patience) async
    -> [Delivery]
  {
    let end = ContinuousClock.now + .seconds(patience.seconds)
    let bodies = results.map { Icinga2Body($0, source: MachineName.current()) }
    var deliveries: [Delivery] = []
    while deliveries.count < bodies.count {
      let part = Array(
        bodies[deliveries.count...].prefix(deliveries.isEmpty ? 1 : Self.batch))
      let (told, isRefused) = await send(part, using: world, until: end)
      deliveries += told
      guard isRefused, let last = told.last else { continue }
      deliveries += bodies.dropFirst(deliveries.count).map { _ in last }
    }
    return readsBack
      ? await readBack(results, bodies, deliveries, using: world, until: end) : deliveries
  }

  /// Sends some, and says whether the server, or its login, would refuse all that follows as well.
  private func send(
    _ bodies: [Icinga2Body], using world: World, until end: ContinuousClock.Instant
  ) async -> (deliveries: [Delivery], isRefused: Bool) {
    let requests = bodies.map { body in
      request("/v1/actions/process-check-result", body: body.text, until: end)
    }
    let result = await run(requests, until: end, using: world)
    let deliveries = zip(bodies, result.answers).map { body, answer in
      guard let answer else { return Delivery.kept(unreachable(result.failure)) }
      return Icinga2Answer(code: answer.code, body: answer.body)
        .delivery(to: body.service, target: target)
    }
    let last = result.answers.last ?? nil
    return (deliveries, last == nil || last?.code == Icinga2Answer.unauthorized)
  }

  private func readBack(
    _ results: [PassiveResult], _ bodies: [Icinga2Body], _ deliveries: [Delivery],
    using world: World, until end: ContinuousClock.Instant
  ) async -> [Delivery] {
    let taken = deliveries.indices.filter { deliveries[$0] == .delivered }
    var (deliveries, rest) = (deliveries, taken[...])
    while !rest.isEmpty {
      let part = rest.prefix(Self.batch)
      rest = rest.dropFirst(Self.batch)
      let result = await run(
        part.map { request(Icinga2ReadBack.path(of: results[$0].name), until: end) }, until: end,
        using: world)
      for (index, answer) in zip(part, result.answers) {
        deliveries[index] =
          answer.map {
            Icinga2ReadBack(code: $0.code, body: $0.body)
              .delivery(of: bodies[index], target: target)
          } ?? .kept(unreachable(result.failure))
      }
    }
    return deliveries
  }

  private func run(
    _ requests: [CurlRequest], until end: ContinuousClock.Instant, using world: World
  ) async -> CurlRun.Result {
    await CurlRun(
      requests, seconds: Self.seconds(until: end), nameKey: tlsName == nil ? "url" : "tls_name"
    ).send(using: world)
  }

  private func request(_ path: String, body: String? = nil, until end: ContinuousClock.Instant)
    -> CurlRequest
  {
    let port = address.port ?? Self.defaultPort
    let host = WebAddress.printed(host: tlsName ?? address.host)
    var base = address.path
    while base.hasSuffix("/") { base.removeLast() }
    var request = CurlRequest(
      "https://\(host):\(port)\(base)\(path)", body: body.map { .raw($0) },
      // Without it Icinga answers 400.
      headers: ["Accept: application/json"]
        + (body == nil ? [] : ["Content-Type: application/json"]),
      seconds: min(Self.requestLimit, Self.seconds(until: end)))
    (request.login, request.trust) = (login, caFile.map(CurlTrust.ca) ?? .system)
    (request.clientCertificate, request.clientKey) = (certificate?.certificate, certificate?.key)
    if tlsName != nil {
      request.connectTo = "\(host):\(port):\(WebAddress.printed(host: address.host)):\(port)"
    }
    return request
  }

  private static func seconds(until end: ContinuousClock.Instant) -> Int {
    max(1, Int((end - .now).components.seconds))
  }

  private func unreachable(_ failure: CurlFailure?) -> String {
    let (problem, cure) =
      failure.map { ($0.problem, $0.cure) } ?? ("there was no answer", "It is tried again.")
    return "[\(target)]: \(problem); \(cure)"
  }
}

extension BackupError.Message {
  fileprivate static func badURL(_ url: String, _ target: Section) -> Self {
    "\(target.place(of: .icingaURL)): section [\(target.name)] key 'url': '\(url)' is not an address"
  }
  fileprivate static let writeURL: Self = "Write https://HOST:5665, without a login."
}
