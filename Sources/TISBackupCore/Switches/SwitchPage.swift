/// The web pages of a switch without a command line: a form that logs in, and a file.
package struct SwitchPage: Sendable, Equatable {
  /// A form, as the browser of an administrator sends it.
  package struct Form: Sendable, Equatable {
    package var path: String
    /// The page it is sent from, which some switches look at.
    package var referer: String
    /// Names and values, in which `{user}` and `{password}` are those of the login.
    package var fields: [Field] = []
  }

  package struct Field: Sendable, Equatable {
    package var name: String
    package var value: String

    init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  package var login: Form
  /// Answered with the configuration.
  package var download: Form
  /// Words of the page that answers a login that is not good, whatever its status says.
  package var refusals: [String]
}
