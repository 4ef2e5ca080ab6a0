/// A few words, where there is nothing to show.
struct MessagePage: Page {
  let title: String
  let text: String

  static let template = PageTemplate(
    name: "message",
    text: """
      {{#page}}<h1>{{title}}</h1>
      <p class="message">{{text}}</p>
      <p><a href="{{prefix}}/">To the overview</a></p>{{/page}}
      """)
}
