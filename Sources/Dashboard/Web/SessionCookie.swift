import HTTPTypes
import Hummingbird

/// The cookies of the page: no script sees them, no other page has them sent.
struct SessionCookie {
  static let name = "tisbackup_session"
  /// Ties a form of login to the browser that asked for it.
  static let loginName = "tisbackup_login"

  let address: PublicAddress?

  func set(_ name: String, _ value: String, on response: inout Response) {
    response.setCookie(cookie(name, value, maxAge: nil))
  }

  func remove(_ name: String, from response: inout Response) {
    response.setCookie(cookie(name, "", maxAge: 0))
  }

  private func cookie(_ name: String, _ value: String, maxAge: Int?) -> Cookie {
    let path = address.map { $0.prefix.isEmpty ? "/" : $0.prefix } ?? "/"
    let isSecure = address?.isSecure ?? false
    if let maxAge {
      return Cookie(
        name: name, value: value, maxAge: maxAge, path: path, secure: isSecure, httpOnly: true,
        sameSite: .strict)
    }
    return Cookie(
      name: name, value: value, path: path, secure: isSecure, httpOnly: true, sameSite: .strict)
  }
}
