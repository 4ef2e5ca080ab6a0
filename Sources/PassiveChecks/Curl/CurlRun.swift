import OutsideWorld
import TISBackupCore

/// Several requests in one process of curl, one after the other, until one fails.
///
/// Everything goes to curl's standard input: no setting, and no secret, is on a command line, in a
/// variable or in a file. `-q` keeps a `.curlrc` out of it.
package struct CurlRun: Sendable {
  private let requests: [CurlRequest]
  /// Seconds for all requests together.
  private let seconds: Int
  /// The key of the target that holds the name in the server's certificate, for messages.
  private let nameKey: String

  package init(_ requests: [CurlRequest], seconds: Int, nameKey: String = "url") {
    (self.requests, self.seconds, self.nameKey) = (requests, max(1, seconds), nameKey)
  }

  /// What came of it.
  package struct Result: Sendable, Equatable {
    /// One for each request, in their order; nil for those without a whole answer.
    package var answers: [CurlAnswer?]
    /// Why some have none; nil when curl was content.
    package var failure: CurlFailure?

    package init(answers: [CurlAnswer?], failure: CurlFailure? = nil) {
      (self.answers, self.failure) = (answers, failure)
    }
  }

  /// Sends the requests; whatever goes wrong is in the result.
  package func send(using world: World) async -> Result {
    do throws(BackupError) {
      let finished = try await world.run(try invocation(), nil)
      // When curl stopped before it told of the request that failed, a whole answer is given up:
      // what was sent is sent again then, which does no harm.
      let answers = CurlAnswer.split(
        finished.output, count: requests.count,
        endsWithFailure: finished.end.isExit && !finished.succeeded)
      return Result(
        answers: answers,
        failure: finished.succeeded ? nil : CurlFailure(finished, nameKey: nameKey))
    } catch {
      return Result(
        answers: Array(repeating: nil, count: requests.count), failure: CurlFailure(error))
    }
  }

  /// The process, whose standard input says all.
  package func invocation() throws(BackupError) -> Invocation {
    var lines = ["fail-early"]
    for (number, request) in requests.enumerated() {
      if number > 0 { lines.append("next") }
      lines += try request.lines(number: number)
    }
    var invocation = Invocation("curl", ["-q", "-K", "-"])
    invocation.input = .bytes(Array((lines.joined(separator: "\n") + "\n").utf8))
    // curl watches each request; this is for all of them, and for a curl that does not.
    invocation.timeLimit = seconds + 1
    return invocation
  }
}

extension Finished.End {
  /// Whether the program ended by itself.
  fileprivate var isExit: Bool { if case .exited = self { true } else { false } }
}
