import Foundation

/// A stand-in for the web pages of a D-Link DGS-1210: a form that logs in and gives a cookie, and the
/// file for who has it.
package struct SwitchPageServer: Sendable {
  package enum Mode: String, Sendable {
    case good
    /// Its file is a page that asks to log in, as for a session that is over.
    case page
    case empty
    /// It hangs up in the middle of its file.
    case cut
    /// It has no such form.
    case other
    /// It takes the login and never answers.
    case silent
  }

  package static let user = "admin"
  package static let password = "s3cret & <pass>"
  /// What its file holds: bytes that are no text.
  package static let file: [UInt8] = [0x00, 0xff, 0x1e, 0x0a, 0x0d] + Array("config".utf8)

  package let server: Server
  private let log: String
  package var port: Int { server.port }

  /// With `tls`, a file of certificate and key, it speaks https.
  package static func start(
    in scratch: String, mode: Mode = .good, tls: String? = nil
  ) async throws -> SwitchPageServer {
    let port = try freePort()
    let log = "\(scratch)/pages-\(port).requests"
    let script = try write(Self.script, to: "\(scratch)/pages-\(port).py")
    // By a file: tests look for this password on every command line.
    let login = try write("\(user)\n\(password)", to: "\(scratch)/pages-\(port).login")
    let server = try await Server(
      "/usr/bin/env",
      [
        "python3", script, "\(port)", mode.rawValue, login,
        file.map { "\($0)" }.joined(separator: ","), log, tls ?? "",
      ], port: port, log: "\(scratch)/pages-\(port).log")
    return SwitchPageServer(server: server, log: log)
  }

  /// Method and path of each request, in their order.
  package var requests: [String] {
    ((try? text(log)) ?? "").split(separator: "\n").map(String.init)
  }

  private static let script = #"""
    import http.server, ssl, sys, time, urllib.parse
    port, mode, login, numbers, log, tls = sys.argv[1:]
    user, password = open(login).read().split("\n")
    FILE = bytes(int(number) for number in numbers.split(","))
    PAGE = b"\r\n<HTML><head><title>Login</title></head></HTML>"

    class Pages(http.server.BaseHTTPRequestHandler):
        def log_message(self, *words): pass
        def answer(self, body, status=200, headers=(), length=None):
            self.send_response(status)
            self.send_header("Content-Length", str(len(body) if length is None else length))
            for name, value in headers: self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        def do_GET(self): self.answer(PAGE)
        def do_POST(self):
            with open(log, "a") as file: file.write(f"POST {self.path}\n")
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            form = dict(urllib.parse.parse_qsl(body))
            referer = urllib.parse.urlparse(self.headers.get("Referer") or "").path
            if mode == "silent": time.sleep(60)
            if mode == "other": return self.answer(b"", 404)
            if self.path == "/form/formLoginApply" and referer == "/www/login.html":
                wanted = {"Login": user, "Password": password, "sellanId": "0", "sellan": "0", "lang_seqid": "1"}
                if form != wanted:
                    return self.answer(b"<HTML><script>alert('Wrong password')</script></HTML>")
                return self.answer(PAGE, headers=[("Set-Cookie", "Gambit=4711; path=/")])
            allowed = "Gambit=4711" in (self.headers.get("Cookie") or "")
            if self.path == "/BinFile/config.bin" and referer == "/www/iss/013_download_cfg.html" and allowed:
                if mode == "page": return self.answer(PAGE)
                if mode == "empty": return self.answer(b"")
                if mode == "cut": return self.answer(FILE, length=len(FILE) + 100)
                return self.answer(FILE)
            self.answer(PAGE)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Pages)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()
    """#
}
