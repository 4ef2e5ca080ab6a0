/// What surrounds every page: its head, and the way to the others.
struct Frame {
  let prefix: String
  let token: String
  let title: String
  let user: String?
  let refresh: Int?
  let main: String

  static let template = PageTemplate(
    name: "frame",
    text: """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <title>{{title}} - TISBackup</title>
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <link rel="icon" type="image/svg+xml" href="{{prefix}}/icon.svg">
      <link rel="stylesheet" href="{{prefix}}/style.css">
      {{#refresh}}<script src="{{prefix}}/live.js" defer></script>
      <noscript><meta http-equiv="refresh" content="{{.}}"></noscript>{{/refresh}}
      </head>
      <body{{#refresh}} data-refresh="{{.}}"{{/refresh}}>
      <a class="skip" href="#main">Skip to the content</a>
      <header>
      <a class="brand" href="{{prefix}}/">TISBackup</a>
      {{#user}}<nav aria-label="Pages">
      <a href="{{prefix}}/">Overview</a>
      <a href="{{prefix}}/due">To be made</a>
      <a href="{{prefix}}/export">Export</a>
      </nav>
      <form method="post" action="{{prefix}}/logout">
      <input type="hidden" name="token" value="{{token}}">
      <button class="quiet">Log out {{.}}</button>
      </form>{{/user}}
      </header>
      <main id="main">
      {{{main}}}
      </main>
      </body>
      </html>

      """)
}
