import HTTPTypes
import Hummingbird
import TISBackupCore

/// What went wrong with a request, as an answer: plain words, never what is inside of the program.
struct ErrorAnswer {
  private let status: HTTPResponse.Status
  private let text: String
  private var retryAfter: Int?

  /// Who has not logged in hears nothing of paths and sections.
  init(_ error: any Error, _ visitor: Visitor?) {
    switch error {
    case let refusal as Refusal:
      (status, text, retryAfter) = (refusal.status, refusal.text, refusal.retryAfter)
    case let error as BackupError:
      (status, text) = (
        .serviceUnavailable,
        visitor == nil ? "The page cannot answer now; its log says why." : error.description
      )
    case let error as HTTPError:
      (status, text) = (error.status, error.body ?? error.status.reasonPhrase)
    case let error as any HTTPResponseError:
      (status, text) = (error.status, error.status.reasonPhrase)
    default:
      (status, text) = (.internalServerError, "This could not be answered.")
    }
  }

  func response(from request: Request, _ writer: PageWriter, _ visitor: Visitor?) -> Response {
    var headers = HTTPFields()
    if let retryAfter { headers[.retryAfter] = String(retryAfter) }
    guard request.headers[.accept]?.contains("text/html") == true else {
      headers[.contentType] = "text/plain; charset=utf-8"
      return Response(
        status: status, headers: headers, body: .init(byteBuffer: .init(string: text + "\n")))
    }
    let page = MessagePage(title: status.reasonPhrase, text: text)
    return writer.response(page, status: status, headers: headers, visitor)
  }
}
