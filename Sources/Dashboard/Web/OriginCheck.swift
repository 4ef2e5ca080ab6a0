import HTTPTypes
import Hummingbird

/// Refuses what another page has a browser send here.
///
/// A request for a name that is not ours comes from a page whose name was turned to our address (DNS
/// rebinding); a change whose `Origin` is not ours comes from a form of another page. Who is no browser
/// sends neither `Origin` nor `Sec-Fetch-Site`.
struct OriginCheck: RouterMiddleware {
  let settings: DashboardSettings

  func handle(
    _ request: Request, context: DashboardContext,
    next: (Request, DashboardContext) async throws -> Response
  ) async throws -> Response {
    let host = request.head.authority?.lowercased() ?? ""
    guard isOurs(host) else {
      throw Refusal(.misdirectedRequest, "This page is not known as '\(host)'.")
    }
    if request.method != .get && request.method != .head {
      try check(request, host)
    }
    return try await next(request, context)
  }

  private func check(_ request: Request, _ host: String) throws {
    let site = request.headers[.secFetchSite] ?? "same-origin"
    let isOurs = request.headers[.origin].map { origins(host).contains($0.lowercased()) } ?? true
    guard isOurs, ["same-origin", "none"].contains(site) else {
      throw Refusal(.forbidden, "This was sent by another page. Open this one, and do it there.")
    }
  }

  /// A proxy may pass its own name on, or the one that browsers say.
  private func isOurs(_ host: String) -> Bool {
    guard host != settings.publicAddress?.host else { return true }
    let name = Self.name(of: host)
    let own = ["localhost", "127.0.0.1", "[::1]", settings.host.lowercased()]
    if own.contains(name) || name == "[\(settings.host.lowercased())]" { return true }
    // Who listens to the whole network without a name of his own is reached by any address of his.
    return settings.publicAddress == nil && ["0.0.0.0", "::"].contains(settings.host)
      && Self.isAddress(name)
  }

  private func origins(_ host: String) -> [String] {
    ["http://\(host)"] + (settings.publicAddress.map { [$0.origin] } ?? [])
  }

  /// Without its port.
  private static func name(of host: String) -> String {
    guard let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") else { return host }
    return String(host[..<colon])
  }

  private static func isAddress(_ name: String) -> Bool {
    name.hasPrefix("[") || name.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2e }
  }
}

extension HTTPField.Name {
  static let secFetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .origin
  static let forwardedFor = HTTPField.Name("X-Forwarded-For") ?? .origin
}
