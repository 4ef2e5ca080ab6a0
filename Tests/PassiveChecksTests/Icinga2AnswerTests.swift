import Monitoring
import OutsideWorld
import Synchronization
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import PassiveChecks

/// What the words of Icinga mean, those of versions that are not at hand too: code and text decide.
@Suite("an answer of Icinga 2")
struct Icinga2AnswerTests {
  private static func results(_ code: Int, _ status: String) -> String {
    #"{"results":[{"code":\#(code).0,"status":"\#(status)"}]}"#
  }

  @Test(
    "is arrived, owed or refused, with the cure",
    arguments: [
      (200, results(200, "Successfully processed check result for object 'h!s'."), "arrived", ""),
      (
        200, results(200, "Ignoring passive check result for unreachable object 'h!s'."), "owed",
        "dependency"
      ),
      (200, #"{"results":[]}"#, "owed", "'url'"), (200, "<html>hello</html>", "owed", "'url'"),
      (400, #"{"error":400,"status":"Invalid request body"}"#, "refused", "report it"),
      (401, #"{"error":401,"status":"Unauthorized."}"#, "owed", "ApiUser"),
      (
        403, results(403, "Passive checks are disabled for object 'h!s'."), "owed",
        "enable_passive_checks"
      ),
      (404, #"{"error":404,"status":"No objects found."}"#, "owed", "map_SECTION"),
      (409, results(409, "Newer check result already present"), "refused", "somebody else"),
      (500, results(500, "Action execution failed"), "owed", "tried again"),
      (503, #"{"error":503,"status":"Icinga is shutting down"}"#, "owed", "tried again"),
      (302, "", "owed", "'url'"),
    ])
  func table(_ code: Int, _ body: String, _ wanted: String, _ says: String) {
    let delivery = Icinga2Answer(code: code, body: body).delivery(to: "h!s", target: "icinga")
    let kind =
      switch delivery {
      case .delivered: "arrived"
      case .kept: "owed"
      case .dropped: "refused"
      }
    #expect(kind == wanted, "\(delivery)")
    #expect(delivery.problem?.contains(says) ?? says.isEmpty, "\(delivery)")
    #expect(delivery.problem?.hasPrefix("[icinga]: ") ?? true)
    #expect(delivery.problem.map { ".?".contains($0.last ?? " ") } ?? true, "\(delivery)")
  }

  @Test("a hostile answer of a megabyte stays one short line")
  func hostile() {
    let status = String(repeating: "é|\\u0000\\n\\u001b[31m", count: 50_000)
    let body = #"{"results":[{"code":404,"status":"\#(status)"}]}"#
    let problem = Icinga2Answer(code: 404, body: body).delivery(to: "h!s", target: "t").problem
    #expect((problem?.utf8.count ?? .max) < 2000)
    #expect(problem?.contains("\n") == false && problem?.contains("\u{1B}") == false)
  }

  @Test("what is read back must be what was sent")
  func readBack() {
    let sent = Icinga2Body(.sample(.critical, "too old"), source: "backup1")
    func answer(_ state: Int, _ output: String, code: Int = 200) -> Delivery {
      Icinga2ReadBack(
        code: code,
        body:
          #"{"results":[{"attrs":{"last_check_result":{"state":\#(state),"output":"\#(output)"}}}]}"#
      ).delivery(of: sent, target: "icinga")
    }
    let text = "TISBACKUP CRITICAL - web1: too old"
    #expect(answer(2, text) == .delivered)
    #expect(answer(2, "nobody reported").problem?.contains("another result is shown") == true)
    #expect(answer(0, text).problem?.contains("another result is shown") == true)
    #expect(answer(2, text, code: 403).problem?.contains("objects/query/Service") == true)
    #expect(
      Icinga2ReadBack(code: 200, body: #"{"results":[{"attrs":{"last_check_result":null}}]}"#)
        .delivery(of: sent, target: "t") != .delivered)
  }

  @Test("a wrong password is tried once, and a server that is gone is asked no more")
  func once() async throws {
    for (answer, requests) in [
      (Finished(0, CurlAnswer.mark(number: 0, code: "401")), 1),
      (Finished(7, errors: "curl: (7) Failed to connect"), 1),
    ] {
      let asked = Mutex(0)
      let world = World(
        now: { Instant(seconds: 1) }, zone: .utc, writer: .scripted, isAlive: { _ in true },
        run: { _, _ in
          asked.withLock { $0 += 1 }
          return answer
        }, say: { _ in })
      let icinga = try Icinga2(
        target("[icinga]\ntype = icinga2\nurl = https://h\nuser = u\npassword = p"))
      let deliveries = await icinga.submit(
        (0..<600).map { .sample(service: "s\($0)") }, using: world, patience: Patience(seconds: 9))
      #expect(deliveries.count == 600 && Set(deliveries.map(\.problem)).count == 1)
      #expect(asked.withLock { $0 } == requests)
    }
  }
}
