/// What a server answered to one request.
package struct CurlAnswer: Sendable, Equatable {
  /// The code of HTTP, 200.
  package var code: Int
  package var body: String

  package init(code: Int, body: String) { (self.code, self.body) = (code, body) }

  /// What `write-out` puts after a body: a record separator, which is in no JSON, the number of the
  /// request, counted from 0, and the code of HTTP.
  package static func mark(number: Int, code: String) -> String {
    "\u{1E}\(number) \(code)\u{1E}\n"
  }

  /// The answers to `count` requests in the output of curl, each in its place; nil where there is
  /// none.
  ///
  /// By number, not by order: of a very long output the middle is missing. A request that got no
  /// answer at all has the code 000; one that failed in its middle has what it got, so of a run
  /// that ended with a failure the last one told of has none.
  package static func split(_ output: String, count: Int, endsWithFailure: Bool) -> [CurlAnswer?] {
    var answers = [CurlAnswer?](repeating: nil, count: count)
    var (body, last) = ("", 0)
    for piece in output.split(separator: "\u{1E}", omittingEmptySubsequences: false) {
      if let (number, code) = numbers(of: piece), number < count {
        if code > 0 { answers[number] = CurlAnswer(code: code, body: body) }
        (body, last) = ("", number)
      } else {
        body += piece
        // The line end of the mark before, for people who look at the output.
        if body.first == "\n" { body.removeFirst() }
      }
    }
    if endsWithFailure && count > 0 { answers[last] = nil }
    return answers
  }

  private static func numbers(of piece: Substring) -> (number: Int, code: Int)? {
    let words = piece.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 2, words[1].utf8.count == 3, let number = Int(words[0]), number >= 0,
      let code = Int(words[1]), code >= 0
    else { return nil }
    return (number, code)
  }
}
