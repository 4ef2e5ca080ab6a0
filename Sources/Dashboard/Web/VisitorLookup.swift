import HTTPTypes
import Hummingbird
import OutsideWorld
import TISBackupCore

/// Finds out who asks, by the cookie of his session.
struct VisitorLookup: RouterMiddleware {
  let sessions: Sessions
  let settings: DashboardSettings

  func handle(
    _ request: Request, context: DashboardContext,
    next: (Request, DashboardContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    context.visitor = visitor(request)
    return try await next(request, context)
  }

  private func visitor(_ request: Request) -> Visitor? {
    guard let cookie = request.cookies[SessionCookie.name]?.value,
      let session = sessions.find(cookie, at: settings.world.now()),
      // Who was taken out of the file, or has a new password, is out at once.
      (try? settings.users.hash(of: session.user)) == session.hash
    else { return nil }
    return Visitor(user: session.user, token: session.token)
  }
}
