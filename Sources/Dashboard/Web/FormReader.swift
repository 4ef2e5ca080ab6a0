import HTTPTypes
import Hummingbird

/// Reads the forms of the page.
enum FormReader {
  /// What every form of somebody who has logged in brings.
  private struct Token: Decodable {
    var token: String
  }

  /// Throws a refusal for anything but a form that was made for this visitor, which asks for nothing
  /// more.
  static func check(_ request: Request, _ context: DashboardContext) async throws {
    try check(try await decode(Token.self, from: request, context).token, for: context.visitor)
  }

  /// Throws a refusal for what is not a form of ours.
  static func decode<Form: Decodable>(
    _ type: Form.Type, from request: Request, _ context: DashboardContext
  ) async throws -> Form {
    let isForm =
      request.headers[.contentType]?.lowercased()
      .hasPrefix("application/x-www-form-urlencoded") == true
    guard isForm else { throw Refusal(.unsupportedMediaType, "A form is needed.") }
    do {
      return try await URLEncodedFormDecoder().decode(type, from: request, context: context)
    } catch let error as any HTTPResponseError where error.status == .contentTooLarge {
      throw Refusal(.contentTooLarge, "The form is too long.")
    } catch {
      throw Refusal(.badRequest, "The form is not whole.")
    }
  }

  /// Throws a refusal when a form was not made for this visitor: another page may have sent it.
  static func check(_ token: String, for visitor: Visitor?) throws {
    guard let own = visitor?.token, RandomText.areEqual(token, own) else {
      throw Refusal(.forbidden, "This form is too old. Open the page again, and do it there.")
    }
  }
}
