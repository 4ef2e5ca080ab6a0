import Foundation

/// A stand-in for NRDP, which Debian does not package: it takes the same requests, gives the same
/// answers, and writes the same check result files.
///
/// Its answers are those of the PHP server, tried: always code 200, errors with status -1.
package final class NRDPServer: Sendable {
  /// What answers in the place of NRDP.
  package enum Mode: String, Sendable {
    case nrdp
    /// A web server in trouble.
    case broken = "500"
    case missing = "404"
    /// A web server with something else on that path.
    case page
    /// One that hangs up in the middle of an answer.
    case cut
    /// NRDP that repeats the token it was given.
    case echo
  }

  private let server: Server
  private let log: String
  private let isTLS: Bool
  /// The token that it takes.
  package static let token = "s3cret-token"

  /// Starts it; results go into the folder `results`.
  ///
  /// With `tls`, a file of certificate and key, it
  /// speaks https.
  package init(
    in scratch: String, results: String, mode: Mode = .nrdp, tls: String? = nil
  ) async throws {
    let port = try freePort()
    log = "\(scratch)/nrdp-\(port).requests"
    isTLS = tls != nil
    let script = try write(Self.script, to: "\(scratch)/nrdp.py")
    server = try await Server(
      "/usr/bin/env",
      ["python3", script, "\(port)", results, Self.token, mode.rawValue, log, tls ?? ""],
      port: port, log: "\(scratch)/nrdp-\(port).log")
  }

  /// Its address, by the name that certificates of tests have.
  package var url: String { "http\(isTLS ? "s" : "")://localhost:\(server.port)/nrdp/" }
  package var port: Int { server.port }

  /// How many results each request had, in their order.
  package var requests: [Int] {
    ((try? text(log)) ?? "").split(separator: "\n").compactMap { Int($0) }
  }

  package func stop() { server.stop() }

  private static let script = #"""
    import http.server, json, os, random, ssl, string, sys, time, urllib.parse
    port, results, token, mode, log, tls = sys.argv[1:]
    LETTERS = string.ascii_letters + string.digits

    def write(checks):
        # As write_check_output_to_cmd of NRDP's utils: line ends become \n, tabs spaces.
        name = "c" + "".join(random.choice(LETTERS) for _ in range(6))
        now = int(time.time())
        with open(os.path.join(results, name), "x") as file:
            file.write("### NRDP Check\nfile_time=%d\n\n" % now)
            for check in checks:
                output = check["output"].replace("\n", "\\n").replace("\t", " ")
                file.write(
                    "host_name=%s\nservice_description=%s\ncheck_type=1\ncheck_options=0\n"
                    "scheduled_check=0\nreschedule_check=0\nlatency=0\nstart_time=%d.0\n"
                    "finish_time=%d.0\nearly_timeout=0\nexited_ok=1\nreturn_code=%d\noutput=%s\n\n"
                    % (check["hostname"], check["servicename"], now, now, int(check["state"]),
                       output))
        os.chmod(os.path.join(results, name), 0o644)
        open(os.path.join(results, name + ".ok"), "x").close()

    def answer(fields):
        def field(name): return fields.get(name, [""])[0]
        if mode == "echo": return -1, "BAD " + field("token"), None
        if not field("token"): return -1, "NO TOKEN", None
        if field("token") != token: return -1, "BAD TOKEN", None
        if field("cmd") != "submitcheck": return None
        try: checks = json.loads(field("json"))["checkresults"]
        except (ValueError, KeyError): return -1, "BAD JSON", None
        with open(log, "a") as file: file.write("%d\n" % len(checks))
        for check in checks: assert check["checkresult"] == {"type": "service", "checktype": "1"}
        try: write(checks)
        except OSError: return -1, "BAD CHECK RESULTS DIR", None
        return 0, "OK", "%d checks processed" % len(checks)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def log_message(self, *arguments): pass
        def do_GET(self): self.send_error(405)
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            if mode.isdigit(): return self.send_error(int(mode))
            text = "<html>hello</html>\n"
            if mode != "page":
                answered = answer(urllib.parse.parse_qs(body, keep_blank_values=True))
                status, message, output = answered or (None, None, None)
                result = {"status": status, "message": message}
                if output: result["meta"] = {"output": output}
                text = json.dumps({"result": result}) if answered else "INVALID COMMAND\n"
            data = text.encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data) + (9 if mode == "cut" else 0)))
            self.end_headers()
            self.wfile.write(data)
            self.close_connection = mode == "cut"

    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Handler)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)
        server.socket = context.wrap_socket(server.socket, server_side=True,
                                            do_handshake_on_connect=False)
    server.serve_forever()
    """#
}
