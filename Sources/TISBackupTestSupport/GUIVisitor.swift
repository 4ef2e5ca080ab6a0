import Foundation

/// Somebody who visits the page without a browser: curl, and a jar of cookies.
package struct GUIVisitor: Sendable {
  /// What came back.
  package struct Answer: Sendable, CustomStringConvertible {
    package let status: Int
    /// The lines of the head, as they came.
    package let head: String
    package let body: String

    package var description: String { "\(head)\n\(body.prefix(2000))" }

    /// The value of a field, whatever the case of its name.
    package func field(_ name: String) -> String? {
      head.split(whereSeparator: \.isNewline).first {
        $0.lowercased().hasPrefix("\(name.lowercased()):")
      }.map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
    }

    /// The hidden token of the first form.
    package var token: String {
      body.firstMatch(of: /name="token" value="([0-9a-f]+)"/).map { String($0.1) } ?? ""
    }
  }

  private let address: String
  private let jar: String

  /// A new one, who has no cookie.
  package init(_ server: GUIServer) {
    (address, jar) = (server.address, "\(server.folder)/jar-\(UUID())")
  }

  /// One who has logged in.
  package static func loggedIn(_ server: GUIServer) async throws -> GUIVisitor {
    let visitor = GUIVisitor(server)
    let answer = try await visitor.logIn()
    guard answer.status == 303 else { throw ServerError.failed("\(answer)\n\(server.log)") }
    return visitor
  }

  package func logIn(
    _ user: String = GUIServer.user, _ password: String = GUIServer.password,
    _ more: [String] = []
  ) async throws -> Answer {
    let form = try await get("/login")
    return try await post(
      "/login",
      ["token": form.token, "target": "/due", "user": user, "password": password], more)
  }

  /// Asks for a path; `more` are options of curl.
  package func get(_ path: String, _ more: [String] = []) async throws -> Answer {
    try await ask(more + ["\(address)\(path)"])
  }

  /// Sends a form; its values are encoded.
  package func post(_ path: String, _ form: [String: String], _ more: [String] = [])
    async throws -> Answer
  {
    let fields = form.sorted { $0.key < $1.key }.flatMap {
      ["--data-urlencode", "\($0.key)=\($0.value)"]
    }
    return try await ask(fields + more + ["\(address)\(path)"])
  }

  private func ask(_ arguments: [String]) async throws -> Answer {
    let result = try await program(
      [
        "curl", "-q", "-s", "-S", "-i", "--path-as-is", "-H", "Accept: text/html", "-b", jar, "-c",
        jar, "--max-time", "60",
      ] + arguments)
    let parts = result.stdout.split(
      separator: /\r\n\r\n/, maxSplits: 1, omittingEmptySubsequences: false)
    let head = parts.first.map(String.init) ?? ""
    let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return Answer(
      status: status ?? 0, head: head + result.stderr,
      body: parts.count > 1 ? String(parts[1]) : "")
  }
}
