import HTTPTypes
import Hummingbird
import TISBackupCore

/// Lets in who has logged in, and sends browsers to where they can.
struct LoginRequired: RouterMiddleware {
  let writer: PageWriter

  func handle(
    _ request: Request, context: DashboardContext,
    next: (Request, DashboardContext) async throws -> Response
  ) async throws -> Response {
    guard context.visitor == nil else { return try await next(request, context) }
    guard request.method == .get || request.method == .head else {
      throw Refusal(.forbidden, "Your session is over. Log in, and do it again.")
    }
    let path = request.uri.path
    let own = path.hasPrefix(writer.prefix) ? String(path.dropFirst(writer.prefix.count)) : path
    return writer.redirect(to: "/login?target=" + PercentText.encode(own))
  }
}
