import HTTPTypes

/// Why a request is not answered, for who sent it.
struct Refusal: Error {
  let status: HTTPResponse.Status
  let text: String
  /// Seconds after which it may be tried again.
  var retryAfter: Int?

  init(_ status: HTTPResponse.Status, _ text: String, retryAfter: Int? = nil) {
    (self.status, self.text, self.retryAfter) = (status, text, retryAfter)
  }
}
