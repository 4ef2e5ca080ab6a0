extension Icinga2Server {
  /// Waits until the last result of a service, `host!service`, is as wanted; it may be one without
  /// figures, as that of the dummy check is.
  package func result(
    of name: String, _ isWanted: @Sendable (CheckedService.Result) -> Bool
  ) async throws -> CheckedService.Result {
    var last: CheckedService.Result?
    for _ in 0..<1200 {
      last = try? await services()[name]?.result
      if let last, isWanted(last) { return last }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw ServerError.notListening("\(name) stays \(last.map { "\($0)" } ?? "without a result")")
  }

  /// Reports a result as any program would; gives the answer of the API.
  ///
  /// `login` is `name:password`, `more` are further fields of the request: `"ttl": 5`.
  package func report(
    _ name: String, _ text: String, exitStatus: Int = 0, more: String = "", as login: String
  ) async throws -> String {
    let body = """
      {"type": "Service", "service": "\(name)", "exit_status": \(exitStatus), \
      "plugin_output": "\(text)"\(more.isEmpty ? "" : ", \(more)")}
      """
    return try await program([
      "curl", "-q", "-s", "-S", "--cacert", caFile, "-u", login,
      "-H", "Accept: application/json", "--resolve", "localhost:\(port):127.0.0.1", "-d", body,
      "\(url)/v1/actions/process-check-result",
    ]).stdout
  }
}
