import HTTPTypes
import Hummingbird
import OutsideWorld
import TISBackupCore

/// What everybody may ask for: the way in, and how the pages look.
struct OpenRoutes {
  let dashboard: Dashboard

  private struct LoginForm: Decodable {
    var user: String
    var password: String
    var token: String
    var target: String
  }

  func add(to group: RouterGroup<DashboardContext>) {
    group.get("healthz") { _, _ in Self.text("ok\n", "text/plain; charset=utf-8") }
    group.get("style.css") { _, _ in Self.asset(StyleSheet.text, "text/css; charset=utf-8") }
    group.get("icon.svg") { _, _ in Self.asset(Icon.text, "image/svg+xml") }
    group.get("live.js") { _, _ in
      Self.asset(LiveScript.text, "text/javascript; charset=utf-8")
    }
    group.get("login") { request, context in
      if context.visitor != nil { return dashboard.writer.redirect(to: "/") }
      let target = request.uri.queryParameters["target"].map(String.init) ?? "/"
      return page(target, complaint: nil, request)
    }
    group.post("login") { request, context in try await logIn(request, context) }
    group.post("logout") { request, context in try await logOut(request, context) }
  }

  private func logIn(_ request: Request, _ context: DashboardContext) async throws -> Response {
    let form = try await FormReader.decode(LoginForm.self, from: request, context)
    let cookie = request.cookies[SessionCookie.loginName]?.value ?? ""
    guard RandomText.areEqual(form.token, cookie) else {
      return page(
        form.target, complaint: "This form was too old. Try again; cookies must be allowed.",
        request, status: .forbidden)
    }
    let address = dashboard.login.address(of: request, context)
    guard let hash = try await dashboard.login.hash(form.user, form.password, from: address) else {
      return page(
        form.target, complaint: "That is not a user and his password.", request,
        status: .unauthorized)
    }
    let session = dashboard.sessions.begin(
      form.user, hash: hash, at: dashboard.settings.world.now())
    dashboard.settings.world.say(.init(.info, nil, "'\(form.user)' logged in from \(address)"))
    var response = dashboard.writer.redirect(to: Self.ownPath(form.target))
    cookies.set(SessionCookie.name, session, on: &response)
    cookies.remove(SessionCookie.loginName, from: &response)
    return response
  }

  private func logOut(_ request: Request, _ context: DashboardContext) async throws -> Response {
    if context.visitor != nil { try await FormReader.check(request, context) }
    if let cookie = request.cookies[SessionCookie.name]?.value { dashboard.sessions.end(cookie) }
    var response = dashboard.writer.redirect(to: "/login")
    cookies.remove(SessionCookie.name, from: &response)
    return response
  }

  private var cookies: SessionCookie { SessionCookie(address: dashboard.settings.publicAddress) }

  private func page(
    _ target: String, complaint: String?, _ request: Request,
    status: HTTPResponse.Status = .ok
  ) -> Response {
    let token = RandomText.make()
    let page = LoginPage(
      target: Self.ownPath(target), complaint: complaint, loginToken: token)
    var response = dashboard.writer.response(page, status: status, nil)
    cookies.set(SessionCookie.loginName, token, on: &response)
    return response
  }

  /// A path of ours, whatever was asked for: nobody is sent to another page from here.
  static func ownPath(_ target: String) -> String {
    let isOwn =
      target.hasPrefix("/") && !target.hasPrefix("//")
      && target.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != 0x5c }
    return isOwn && !target.hasPrefix("/log") ? target : "/"
  }

  private static func asset(_ text: String, _ type: String) -> Response {
    var response = Self.text(text, type)
    response.headers[.cacheControl] = "public, max-age=300"
    return response
  }

  static func text(_ text: String, _ type: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: type], body: .init(byteBuffer: .init(string: text)))
  }
}
