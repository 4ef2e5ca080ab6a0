/// One page: a template, and what it shows.
///
/// The template sees the stored properties of the page, and around them `prefix`, which every address
/// begins with, and `token`, which every form brings back. A section of it is left out for what is nil,
/// not for an empty text.
protocol Page: Sendable {
  static var template: PageTemplate { get }
  var title: String { get }
  /// Seconds after which it is worth to look again; nil for a page that stays as it is.
  var refresh: Int? { get }
}

extension Page {
  var refresh: Int? { nil }
}

/// The text of a page in the language of Mustache, under the name that others include it by.
struct PageTemplate: Sendable {
  let name: String
  let text: String
}
