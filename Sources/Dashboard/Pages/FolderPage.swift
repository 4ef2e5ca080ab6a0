/// What is in a folder of a backup.
struct FolderPage: Page {
  struct Entry: Sendable {
    let name: String
    /// Its address; nil for what can be neither opened nor sent.
    let address: String?
    let size: String
    let modified: String
    let kind: String
  }

  struct Step: Sendable {
    let name: String
    let address: String
  }

  let title: String
  /// The way from the section to here.
  let steps: [Step]
  let entries: [Entry]
  /// Set when there are more than are shown.
  let cut: String?

  static let template = PageTemplate(
    name: "folder",
    text: """
      {{#page}}<h1>{{title}}</h1>
      <nav aria-label="The way here"><p>{{#steps}}<a href="{{prefix}}{{address}}">{{name}}</a> / {{/steps}}</p></nav>
      {{#cut}}<p class="message">{{.}}</p>{{/cut}}
      <div class="wide"><table><caption>What is in it</caption>
      <thead><tr><th scope="col">Name<th scope="col">Kind<th scope="col">Size<th scope="col">Modified</tr></thead>
      <tbody>{{#entries}}
      <tr><td>{{#address}}<a href="{{.}}">{{name}}</a>{{/address}}{{^address}}{{name}}{{/address}}<td>{{kind}}<td class="number">{{size}}<td>{{modified}}</tr>{{/entries}}
      </tbody></table></div>{{/page}}
      """)
}
