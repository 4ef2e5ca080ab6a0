import TISBackupCore

/// One request of a run of curl, and how curl is told of it.
package struct CurlRequest: Sendable, Equatable {
  /// What a POST carries.
  package enum Body: Sendable, Equatable {
    /// Sent as it stands; say with a header what it is.
    case raw(String)
    /// The fields of a form, encoded by curl.
    case form([Field])
  }

  /// A field of a form; the name is letters and digits.
  package struct Field: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  /// A name and its password; the name has no colon.
  package struct Login: Sendable, Equatable {
    package var user: String
    package var password: String

    package init(user: String, password: String) { (self.user, self.password) = (user, password) }
  }

  package var url: String
  /// Makes it a POST; nil is a GET.
  package var body: Body?
  /// Whole lines, `Accept: application/json`.
  package var headers: [String] = []
  package var login: Login?
  /// Which certificate the server may have.
  package var trust = CurlTrust.system
  package var clientCertificate: String?
  package var clientKey: String?
  /// Where to go instead of the host of the address: `name:port:host:port`, IPv6 in brackets.
  package var connectTo: String?
  /// Whether the variables that name a proxy hold for it.
  package var usesProxy = true
  /// Seconds this request may take.
  package var seconds: Int

  package init(_ url: String, body: Body? = nil, headers: [String] = [], seconds: Int) {
    (self.url, self.body, self.headers, self.seconds) = (url, body, headers, seconds)
  }

  /// Seconds a connection may take to stand: who waits longer for the whole should not for that.
  package var connectSeconds = 10

  /// The lines of curl's configuration for this request, the `number`th of its run.
  package func lines(number: Int) throws(BackupError) -> [String] {
    var lines = ["silent", "show-error", "no-buffer", "globoff"]
    func add(_ option: String, _ value: String?) throws(BackupError) {
      if let value { lines.append(try CurlText.line(option, value)) }
    }
    try add("url", url)
    for header in headers { try add("header", header) }
    switch body {
    case nil: break
    case .raw(let text): try add("data-raw", text)
    case .form(let fields):
      for field in fields { try add("data-urlencode", "\(field.name)=\(field.value)") }
    }
    // Else curl asks before it sends a long body, and waits a second for servers that do not answer.
    if body != nil { try add("header", "Expect:") }
    try add("user", login.map { "\($0.user):\($0.password)" })
    lines += try trust.lines()
    try add("cert", clientCertificate.map(CurlText.fileOfCertificate))
    try add("key", clientKey)
    // A key with a passphrase must fail at once, not ask a terminal for it.
    if clientKey != nil { try add("pass", "") }
    try add("connect-to", connectTo)
    if !usesProxy { try add("noproxy", "*") }
    try add("max-time", "\(seconds)")
    try add("connect-timeout", "\(min(seconds, connectSeconds))")
    try add("write-out", CurlAnswer.mark(number: number, code: "%{http_code}"))
    return lines
  }
}
