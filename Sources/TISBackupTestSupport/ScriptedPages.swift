import Foundation

/// The web pages of a switch as they were recorded: each request must be the next one, word by word.
///
/// A recording has a block for each request and its answer, with a blank line between them:
/// ```
/// > POST /form/login
/// > Referer: /www/login.html
/// > = Login=admin&Password=s3cret
/// < 200
/// < Set-Cookie: Gambit=4711; path=/
/// < = <HTML></HTML>
/// ```
/// `> =` is the body, byte by byte; headers that are not recorded may be anything. `< =` is a line of
/// the answer and `< x` bytes of it in hexadecimal digits; `< cut` ends the connection before its end.
/// A line of any other form refuses the whole recording. A path stands for the address in a header.
package struct ScriptedPages: Sendable {
  private let server: Server
  private let state: String
  package var port: Int { server.port }

  /// Starts them; `recording` is a file.
  package static func start(in scratch: String, _ recording: String) async throws -> ScriptedPages {
    let port = try freePort()
    let state = try write("not asked\n", to: "\(scratch)/pages-\(port).state")
    let script = try write(Self.script, to: "\(scratch)/pages-\(port).py")
    let server = try await Server(
      "/usr/bin/env", ["python3", script, "\(port)", recording, state], port: port,
      log: "\(scratch)/pages-\(port).log")
    return ScriptedPages(server: server, state: state)
  }

  /// What was not as recorded, requests that never came too; empty when all of it was.
  package var faults: [String] {
    get throws { try text(state).split(separator: "\n").map(String.init) }
  }

  private static let script = #"""
    import http.server, re, sys
    port, recording, state = sys.argv[1:]

    def block(lines, number):
        asked, told = {"headers": [], "body": ""}, {"headers": [], "body": b"", "cut": False}
        for number, line in enumerate(lines, number):
            if match := re.fullmatch(r"> (GET|POST) (/\S*)", line): asked["line"] = match.groups()
            elif match := re.fullmatch(r"> = (.*)", line): asked["body"] = match[1]
            elif match := re.fullmatch(r"> ([\w-]+): (.*)", line): asked["headers"].append(match.groups())
            elif match := re.fullmatch(r"< (\d{3})", line): told["code"] = int(match[1])
            elif match := re.fullmatch(r"< = (.*)", line): told["body"] += match[1].encode() + b"\r\n"
            elif match := re.fullmatch(r"< x ((?:[0-9a-f]{2})+)", line): told["body"] += bytes.fromhex(match[1])
            elif match := re.fullmatch(r"< ([\w-]+): (.*)", line): told["headers"].append(match.groups())
            elif line == "< cut": told["cut"] = True
            else: sys.exit(f"{recording}:{number}: '{line}' is no line of a recording")
        if "line" not in asked or "code" not in told: sys.exit(f"{recording}:{number}: half a block")
        return asked, told

    left, lines, begin = [], [], 1
    for number, line in enumerate(open(recording).read().split("\n") + [""], 1):
        if line.startswith("#"): continue
        if line: lines.append(line); continue
        if lines: left.append(block(lines, begin))
        lines, begin = [], number + 1
    faults = []

    def note(fault=None):
        if fault: faults.append(fault)
        missing = [f"never asked: {' '.join(asked['line'])}" for asked, told in left]
        with open(state, "w") as file: file.write("".join(f + "\n" for f in faults + missing))

    class Pages(http.server.BaseHTTPRequestHandler):
        def log_message(self, *words): pass
        def do_GET(self): self.answer()
        def do_POST(self): self.answer()
        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            line = (self.command, self.path)
            if not left:
                note(f"asked too much: {' '.join(line)}")
                return self.send_error(500)
            asked, told = left.pop(0)
            note()
            if line != asked["line"]: note(f"asked {line}, recorded {asked['line']}")
            if body != asked["body"]: note(f"said '{body}', recorded '{asked['body']}'")
            for name, value in asked["headers"]:
                said = re.sub(r"^https?://[^/]*", "", self.headers.get(name) or "")
                if said != value: note(f"{name} is '{said}', recorded '{value}'")
            self.send_response(told["code"])
            length = len(told["body"]) + (100 if told["cut"] else 0)
            self.send_header("Content-Length", str(length))
            for name, value in told["headers"]: self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told["body"])
            self.close_connection = told["cut"]

    note()
    http.server.HTTPServer(("127.0.0.1", int(port)), Pages).serve_forever()
    """#
}
