/// Where a user gives his name and password.
struct LoginPage: Page {
  let title = "Log in"
  /// Where he wanted to go, a path of ours.
  let target: String
  /// Why he is here again.
  var complaint: String?
  /// What the form brings back, as the cookie beside it says: no other page can log him in.
  let loginToken: String

  static let template = PageTemplate(
    name: "login",
    text: """
      {{#page}}<h1>Log in</h1>
      {{#complaint}}<p class="message" role="alert">{{.}}</p>{{/complaint}}
      <form class="login" method="post" action="{{prefix}}/login">
      <input type="hidden" name="token" value="{{loginToken}}">
      <input type="hidden" name="target" value="{{target}}">
      <label>User <input name="user" autocomplete="username" autocapitalize="none" required autofocus></label>
      <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
      <button>Log in</button>
      </form>{{/page}}
      """)
}
