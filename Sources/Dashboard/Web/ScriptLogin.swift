import FoundationEssentials
import HTTPTypes
import Hummingbird
import TISBackupCore

/// Lets scripts in by name and password (HTTP Basic, RFC 7617), to read; who has logged in as well.
struct ScriptLogin: RouterMiddleware {
  let login: Login

  func handle(
    _ request: Request, context: DashboardContext,
    next: (Request, DashboardContext) async throws -> Response
  ) async throws -> Response {
    if context.visitor != nil { return try await next(request, context) }
    guard let (user, password) = credentials(request) else { return Self.question }
    let address = login.address(of: request, context)
    guard try await login.hash(user, password, from: address, remembers: true) != nil else {
      return Self.question
    }
    var context = context
    context.visitor = Visitor(user: user, token: nil)
    return try await next(request, context)
  }

  private static var question: Response {
    Response(
      status: .unauthorized,
      headers: [
        .wwwAuthenticate: "Basic realm=\"TISBackup\", charset=\"UTF-8\"",
        .contentType: "text/plain; charset=utf-8",
      ], body: .init(byteBuffer: .init(string: "Name and password of a user are needed.\n")))
  }

  private func credentials(_ request: Request) -> (String, String)? {
    guard let field = request.headers[.authorization], field.lowercased().hasPrefix("basic "),
      let data = Data(base64Encoded: String(field.dropFirst(6)).trimmingPrefix(" ").description),
      let text = String(validating: data, as: UTF8.self),
      let colon = text.firstIndex(of: ":")
    else { return nil }
    return (String(text[..<colon]), String(text[text.index(after: colon)...]))
  }
}
