import Glibc
import Testing

@testable import Monitoring

struct AnswerTests {
  @Test(arguments: ["", " ", "\n", "\t \r\n\u{2028}"])
  func `silence is unknown, whatever the state was`(_ text: String) {
    for state in CheckState.allCases {
      let answer = Answer(text: text, state: state)
      #expect(answer.state == .unknown)
      #expect(answer.text == "TISBACKUP UNKNOWN - the check found nothing to say")
    }
  }

  @Test func `an answer keeps what it is given`() {
    let answer = Answer(text: "two\nlines\n", state: .warning)
    #expect(answer.text == "two\nlines\n" && answer.state == .warning)
  }

  @Test(arguments: CheckState.allCases)
  func `the answer of a report has its text and its state`(_ state: CheckState) {
    let item = Report.Item(name: "web", state: state, text: "told", perfdata: [])
    let report = Report(plugin: "TISBACKUP", items: [item])
    #expect(Answer(report) == Answer(text: report.text(), state: state))
    let form = ReportForm(listsLoneItem: true)
    #expect(Answer(report, form: form).text == report.text(form))
    #expect(Answer(report, form: form).state == state)
  }

  @Test func `a check that could not be made says why on one line`() {
    let answer = Answer.unknown("cannot read 'a|b':\nno such file")
    #expect(answer.text == "TISBACKUP UNKNOWN - cannot read 'a/b': no such file")
    #expect(answer.state == .unknown)
    #expect(Answer.unknown("x", plugin: "OTHER").text == "OTHER UNKNOWN - x")
    #expect(Answer.unknown(String(repeating: "é", count: 9999)).text.utf8.count <= 1020)
  }

  @Test func `delivery prints the text with one newline and exits with the state`() async throws {
    let critical = try #require(
      await #expect(
        processExitsWith: .exitCode(2), observing: [\.standardOutputContent]
      ) {
        Answer(text: "T CRITICAL - old", state: .critical).deliver()
      })
    #expect(lines(of: critical.standardOutputContent) == "T CRITICAL - old\n")
    let ok = try #require(
      await #expect(processExitsWith: .exitCode(0), observing: [\.standardOutputContent]) {
        Answer(text: "T OK - well\nmore\n", state: .ok).deliver()
      })
    #expect(lines(of: ok.standardOutputContent) == "T OK - well\nmore\n")
  }

  @Test func `a reader that is gone does not change the state`() async {
    await #expect(processExitsWith: .exitCode(1)) {
      var ends: [Int32] = [0, 0]
      pipe(&ends)
      close(ends[0])
      dup2(ends[1], STDOUT_FILENO)
      Answer(text: "T WARNING - old", state: .warning).deliver()
    }
    await #expect(processExitsWith: .exitCode(2)) {
      close(STDOUT_FILENO)
      Answer(text: "T CRITICAL - old", state: .critical).deliver()
    }
  }

  private func lines(of bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
