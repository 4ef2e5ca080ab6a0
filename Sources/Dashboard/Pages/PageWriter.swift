import HTTPTypes
import Hummingbird
import Mustache

/// Turns pages into answers.
struct PageWriter: Sendable {
  /// What every address of ours begins with; empty, or `/tisbackup`.
  let prefix: String

  /// Every template of ours; to add a page is a file of its own and one line here.
  private static let templates: [PageTemplate] = [
    OverviewPage.template, SectionPage.template, DuePage.template, ExportPage.template,
    JobPage.template, FolderPage.template, LoginPage.template, MessagePage.template,
    Frame.template,
  ]

  private static let library: MustacheLibrary = {
    MustacheContentTypes.register(PageEscaping(), named: PageEscaping.name)
    var library = MustacheLibrary()
    for template in templates {
      do {
        let text = "{{% CONTENT_TYPE:\(PageEscaping.name)}}" + template.text
        library.register(try MustacheTemplate(string: text), named: template.name)
      } catch {
        // A test renders every one of them.
        preconditionFailure("the template '\(template.name)' cannot be read: \(error)")
      }
    }
    return library
  }()

  /// What surrounds a page for its template.
  private struct Scope {
    let prefix: String
    let token: String
    let page: any Page
  }

  func text(_ page: some Page, _ visitor: Visitor?) -> String {
    let scope = Scope(prefix: prefix, token: visitor?.token ?? "", page: page)
    let main = Self.library.render(scope, withTemplate: type(of: page).template.name) ?? ""
    let frame = Frame(
      prefix: prefix, token: scope.token, title: page.title, user: visitor?.user,
      refresh: page.refresh, main: main)
    return Self.library.render(frame, withTemplate: Frame.template.name) ?? ""
  }

  func response(
    _ page: some Page, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:],
    _ visitor: Visitor?
  ) -> Response {
    var headers = headers
    headers[.contentType] = "text/html; charset=utf-8"
    return Response(
      status: status, headers: headers,
      body: .init(byteBuffer: .init(string: text(page, visitor))))
  }

  /// Sends a browser to another page of ours.
  func redirect(to path: String) -> Response {
    Response(status: .seeOther, headers: [.location: prefix + path])
  }
}
