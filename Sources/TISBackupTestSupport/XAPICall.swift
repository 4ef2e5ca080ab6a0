/// One call that a Xen host got, or one request of a path that streams.
package struct XAPICall: Sendable {
  /// Which host of the pool.
  package let host: Int
  /// `json`, `xml`, or `http` for a path that streams.
  package let wire: String
  /// The method as it was called, such as `Async.VM.snapshot`, or `GET /export`.
  package let method: String
  /// Without passwords; the query of a path.
  package let parameters: JSON
  /// Whether it came with a session that was open.
  package let hasSession: Bool
  /// `ok`, or an error code, or the code of a page; `cut` or `dropped` when the connection ended.
  package let outcome: String

  init(line: Substring) throws {
    let note = try JSON(parsing: String(line))
    (host, wire) = (note["host"]?.integer ?? 0, note["protocol"]?.string ?? "")
    (method, parameters) = (note["method"]?.string ?? "", note["params"] ?? .null)
    hasSession = note["session"] == .flag(true)
    let result = note["result"]?[0] ?? note["result"]
    outcome = result?.string ?? result?.integer.map { "\($0)" } ?? ""
  }
}
