import OutsideWorld
import PassiveChecks
import TISBackupCore
import TISBackupTestSupport
import Testing

@Suite("a run of curl")
struct CurlRunTests {
  @Test("tells everything on standard input, and nothing in its arguments")
  func configuration() throws {
    var request = CurlRequest(
      "https://icinga1:5665/v1", body: .raw("{\"a\":\"b\\n\"}\n"), headers: ["Accept: a/b"],
      seconds: 7)
    request.login = .init(user: "tis", password: "p\"\\\t:ü")
    request.trust = .ca("/etc/ca.pem")
    request.clientCertificate = "/etc/a:b.crt"
    request.clientKey = "/etc/a:b.key"
    request.connectTo = "icinga1:5665:[2001:db8::1]:5665"
    let form = CurlRequest(
      "http://n/", body: .form([.init("token", "a&b"), .init("json", "{}")]), seconds: 60)
    let invocation = try CurlRun([request, form, CurlRequest("http://n/", seconds: 5)], seconds: 9)
      .invocation()
    #expect(invocation.redacted == "curl -q -K -")
    #expect(invocation.environment.isEmpty)
    #expect(invocation.timeLimit == 10)
    #expect(
      try invocation.standardInput()
        == #"""
        fail-early
        silent
        show-error
        no-buffer
        globoff
        url = "https://icinga1:5665/v1"
        header = "Accept: a/b"
        data-raw = "{\"a\":\"b\\n\"}\n"
        header = "Expect:"
        user = "tis:p\"\\\t:ü"
        cacert = "/etc/ca.pem"
        cert = "/etc/a\\:b.crt"
        key = "/etc/a:b.key"
        pass = ""
        connect-to = "icinga1:5665:[2001:db8::1]:5665"
        max-time = "7"
        connect-timeout = "7"
        write-out = "␞0 %{http_code}␞\n"
        next
        silent
        show-error
        no-buffer
        globoff
        url = "http://n/"
        data-urlencode = "token=a&b"
        data-urlencode = "json={}"
        header = "Expect:"
        max-time = "60"
        connect-timeout = "10"
        write-out = "␞1 %{http_code}␞\n"
        next
        silent
        show-error
        no-buffer
        globoff
        url = "http://n/"
        max-time = "5"
        connect-timeout = "5"
        write-out = "␞2 %{http_code}␞\n"

        """#.replacing("␞", with: "\u{1E}"))
  }

  @Test("refuses what curl's configuration cannot hold, without showing it")
  func refused() async {
    for (text, message) in [
      ("s3cret\0", "curl cannot be given a value with a NUL in it"),
      (
        String(repeating: "x", count: 100_000),
        "the value of curl's option 'data-raw' makes a line of 100013 bytes, 100000 at most"
      ),
    ] {
      let transcript = Transcript([])
      let run = CurlRun([CurlRequest("http://n/", body: .raw(text), seconds: 1)], seconds: 1)
      let result = await run.send(using: transcript.world())
      #expect(result.answers == [nil])
      #expect(result.failure?.problem == message)
      #expect(result.failure?.cure.hasSuffix(".") == true)
    }
  }

  @Test("tells the answers apart, whatever is in them")
  func answers() {
    let output =
      "{\"a\":1}\n" + CurlAnswer.mark(number: 0, code: "200") + "a\u{1E}b\n\n"
      + CurlAnswer.mark(number: 1, code: "500") + CurlAnswer.mark(number: 3, code: "404")
      + CurlAnswer.mark(number: 4, code: "000") + CurlAnswer.mark(number: 9, code: "200") + "rest"
    let whole = CurlAnswer.split(output, count: 5, endsWithFailure: false)
    #expect(
      whole == [
        .init(code: 200, body: "{\"a\":1}\n"), .init(code: 500, body: "ab\n\n"), nil,
        .init(code: 404, body: ""), nil,
      ])
    #expect(CurlAnswer.split("", count: 2, endsWithFailure: true) == [nil, nil])
  }

  @Test("does not count half an answer", arguments: [Finished.End.exited(56), .exited(28)])
  func half(_ end: Finished.End) async {
    let output =
      "{}" + CurlAnswer.mark(number: 0, code: "200") + "{\"a\":"
      + CurlAnswer.mark(number: 1, code: "200")
    let transcript = Transcript([
      ("curl -q -K -", Finished(end, output, errors: "curl: (56) cut\n"))
    ])
    let requests = Array(repeating: CurlRequest("http://n/", seconds: 1), count: 3)
    let result = await CurlRun(requests, seconds: 1).send(using: transcript.world())
    #expect(result.answers == [.init(code: 200, body: "{}"), nil, nil])
    #expect(result.failure?.problem.hasSuffix(": cut") == true)
  }

  @Test("keeps the whole answers of a curl that was ended")
  func ended() async {
    let output = "{}" + CurlAnswer.mark(number: 0, code: "200") + "{\"a\":"
    let transcript = Transcript([("curl -q -K -", Finished(.timedOut(.program(2)), output))])
    let requests = Array(repeating: CurlRequest("http://n/", seconds: 1), count: 2)
    let result = await CurlRun(requests, seconds: 1).send(using: transcript.world())
    #expect(result.answers == [.init(code: 200, body: "{}"), nil])
    #expect(result.failure?.problem == "the server did not answer in time")
  }

  @Test(
    "names the cure of each way curl fails",
    arguments: [
      (6, "curl: (6) Could not resolve host: n", "not known here: Could not", "host in 'url'"),
      (7, "curl: (7) Failed to connect to n", "nobody answers", "Start the server"),
      (28, "curl: (28) Operation timed out", "in time", "raise 'timeout'"),
      (35, "curl: (35) wrong version number", "no TLS", "speaks https"),
      (60, "curl: (60) SSL: unable to get local issuer", "not trusted", "'ca_file'"),
      (60, "curl: (60) SSL: no alternative certificate subject name", "trusted", "'tls_name'"),
      (60, "curl: (60) SSL certificate problem: certificate has expired", "not trusted", "Renew"),
      (60, "curl: (60) SSL: certificate is not yet valid", "not trusted", "the clocks"),
      (51, "curl: (51) SSL: certificate subject name 'a' does not match", "trusted", "'tls_name'"),
      (52, "curl: (52) Empty reply from server", "hung up", "port of 'url'"),
      (56, "curl: (56) Recv failure", "broke", "server's log"),
      (58, "curl: (58) could not load PEM", "client certificate", "no passphrase"),
      (77, "curl: (77) error setting certificate", "CA file", "may read it"),
      (2, "curl: option s3cret: is unknown", "failed (curl exit 2)", "Update curl"),
      (99, "Warning: <stdin>:3: (odd) 's3cret'", "failed (curl exit 99)", "man curl"),
    ] as [(Int32, String, String, String)])
  func cures(_ status: Int32, _ errors: String, _ problem: String, _ cure: String) {
    let failure = CurlFailure(Finished(status, errors: errors + "\n"), nameKey: "tls_name")
    #expect(failure.problem.contains(problem) && failure.cure.contains(cure), "\(failure)")
    #expect(!"\(failure)".contains("s3cret"))
    #expect(failure.cure.hasSuffix(".") && !failure.problem.hasSuffix("."))
  }

  @Test(
    "tells the same trouble in the same words, however long it took",
    arguments: [
      (7, "Failed to connect to h port 1 after 3 ms: Couldn't connect to server"),
      (28, "Connection timed out after 10001 milliseconds"),
    ])
  func sameWords(_ status: Int32, _ words: String) {
    let first = CurlFailure(
      Finished(status, errors: "curl: (\(status)) \(words)\n"), nameKey: "url")
    let later = words.replacing("3 ms", with: "47 ms").replacing("10001", with: "9999")
    #expect(words != later)
    #expect(
      CurlFailure(Finished(status, errors: "curl: (\(status)) \(later)\n"), nameKey: "url") == first
    )
    #expect(!first.problem.contains(" ms") && !first.problem.contains("milliseconds"))
  }
}

extension Invocation {
  /// What its program reads.
  func standardInput() throws -> String {
    guard case .bytes(let bytes) = input else { throw ServerError.notListening("no input") }
    return String(decoding: bytes, as: UTF8.self)
  }
}
