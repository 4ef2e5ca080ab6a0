import HTTPTypes
import Hummingbird
import OutsideWorld
import TISBackupCore

/// Tells browsers what no page of ours ever does, on every answer, errors too.
///
/// Errors become answers here, for nothing else sees all of them.
struct SecurityHeaders: RouterMiddleware {
  let writer: PageWriter
  let say: @Sendable (Note) -> Void

  private static let fields: [(String, String)] = [
    (
      "Content-Security-Policy",
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"), ("Cache-Control", "no-store"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
  ]

  func handle(
    _ request: Request, context: DashboardContext,
    next: (Request, DashboardContext) async throws -> Response
  ) async throws -> Response {
    var response: Response
    do {
      response = try await next(request, context)
    } catch {
      if let error = error as? BackupError { say(Note(.error, nil, error.description)) }
      response = ErrorAnswer(error, context.visitor).response(
        from: request, writer, context.visitor)
    }
    for (name, value) in Self.fields {
      guard let name = HTTPField.Name(name), response.headers[name] == nil else { continue }
      response.headers[name] = value
    }
    return response
  }
}
