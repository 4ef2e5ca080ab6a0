import Foundation
import Glibc
import TISBackupTestSupport
import Testing

/// The built page, as whoever means it harm meets it.
@Suite("tisbackup-gui, attacked", .scratch) struct GUIAttackTests {
  private func site(_ more: String = "") async throws -> (Site, GUIServer) {
    let site = try await Site.start()
    try site.configure(site.section("web1", more))
    let run = try await site.run()
    try #require(run.status == 0, "\(run.stdout)\(run.stderr)")
    return (site, try await GUIServer.start(site.ini, in: site.folder))
  }

  @Test func `no path leaves a backup`() async throws {
    let (site, server) = try await site()
    let visitor = try await GUIVisitor.loggedIn(server)
    let date = site.snapshots()[0]
    try write("secret word\n", to: "\(site.base)/web1/secret")
    symlink("../secret", "\(site.base)/web1/\(date)/link")
    symlink("/", "\(site.base)/web1/\(date)/root")
    for path in [
      "\(date)/../secret", "\(date)/%2e%2e/secret", "\(date)/sub/../../secret",
      "\(date)/..%2fsecret",
      "\(date)/link", "\(date)/root", "\(date)/root/etc/passwd", "secret", ".lock", ".\(date).json",
      "../web1/\(date)", "%2e%2e/log/tisbackup.sqlite", "..%2flog/tisbackup.sqlite",
      "\(date)/one.txt%00", "\(date)/%", "\(date)\\..\\secret", "\(date)/one.txt/x", "",
      "\(date).partial", "\(date)/\(String(repeating: "a/", count: 3000))",
    ] {
      let answer = try await visitor.get("/sections/web1/files/\(path)")
      #expect([303, 400, 403, 404].contains(answer.status), "\(path): \(answer)")
      for word in ["secret word", "root:", "SQLite"] {
        #expect(!answer.body.contains(word), "\(path)")
      }
    }
    #expect(try await visitor.get("/sections/..%2f..%2fetc/files/passwd/").status == 404)
    #expect(try await visitor.get("/sections/web1/files/\(date)/one.txt").body == "one\n")
  }

  @Test func `nothing is changed without the token of the visitor, or for another page`()
    async throws
  {
    let (site, server) = try await site()
    let visitor = try await GUIVisitor.loggedIn(server)
    let token = try await visitor.get("/").token
    let other = try await GUIVisitor.loggedIn(server).get("/").token
    #expect(token.count == 64 && token != other)
    for forged in ["", "x", other, String(token.dropLast()), token + "0", token.uppercased()] {
      for path in ["/sections/web1/run", "/retry", "/export", "/logout"] {
        let answer = try await visitor.post(
          path, ["token": forged, "disk": "x", "section[]": "web1"])
        #expect(answer.status == 403, "\(path) \(forged): \(answer)")
      }
    }
    for field in [
      "Origin: https://evil.example", "Origin: null", "Origin: http://127.0.0.1:1",
      "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Host: evil.example",
      "Content-Type: text/plain", "Content-Type: multipart/form-data; boundary=x",
    ] {
      let answer = try await visitor.post(
        "/sections/web1/run", ["token": token], ["-H", field])
      #expect([403, 415, 421].contains(answer.status), "\(field): \(answer)")
    }
    let form = try await GUIVisitor(server).get("/login")
    let stolen = try await GUIVisitor(server).post(
      "/login",
      ["token": form.token, "target": "/", "user": GUIServer.user, "password": GUIServer.password])
    #expect(stolen.status == 403, "a form of another browser: \(stolen)")
    #expect(try await visitor.get("/logout").status == 404)
    #expect(try await visitor.get("/sections/web1/run").status == 404)
    #expect(site.snapshots().count == 1)
  }

  @Test func `a cookie of one's own making is none`() async throws {
    let (_, server) = try await site()
    for cookie in [
      "", "0", String(repeating: "0", count: 64), String(repeating: "a", count: 7000), "../../x",
      "\"", "%00",
    ] {
      let answer = try await GUIVisitor(server).get(
        "/", ["-H", "Cookie: tisbackup_session=\(cookie)"])
      #expect(answer.status == 303, "\(cookie)")
    }
  }

  @Test func `guessing is slowed down, also of many at once`() async throws {
    let (_, server) = try await site()
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<20 {
        group.addTask {
          try await GUIVisitor(server).logIn(
            "admin", "guess \(number)", ["-H", "X-Forwarded-For: 10.0.0.\(number)"]
          ).status
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    // Five are free, and on a slow machine some of the waits are over before all have come.
    #expect(statuses.count { $0 == 401 } < 15, "\(statuses)")
    #expect(statuses.allSatisfy { [401, 429, 503].contains($0) }, "\(statuses)")
    // Each failure doubles the wait, so that one of the next comes too early.
    var told = try await GUIVisitor(server).logIn("admin", "guess")
    for _ in 0..<30 where told.status != 429 {
      told = try await GUIVisitor(server).logIn("admin", "guess")
    }
    #expect(told.status == 429 && told.field("Retry-After") != nil, "\(told)")
  }

  @Test func `what is no request, or too large, is refused, and nobody else notices`()
    async throws
  {
    let (_, server) = try await site()
    let host = "Host: 127.0.0.1\r\n"
    let requests: [String] = [
      "", "\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\(host)\r\n", "\u{0}\u{1}\u{2}\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n", "GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
      "GET /\(String(repeating: "a", count: 200_000)) HTTP/1.1\r\n\(host)\r\n",
      "GET / HTTP/1.1\r\n\(host)X: \(String(repeating: "a", count: 200_000))\r\n\r\n",
      "GET / HTTP/1.1\r\n\(host)\((0..<5000).map { "X\($0): y\r\n" }.joined())\r\n",
      "GET / HTTP/1.1\r\n\(host)Bad Name: x\r\n\r\n", "GET / HTTP/1.1\r\n\(host): x\r\n\r\n",
      "POST /login HTTP/1.1\r\n\(host)Content-Length: -1\r\n\r\n",
      "POST /login HTTP/1.1\r\n\(host)Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
      "POST /login HTTP/1.1\r\n\(host)Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST /login HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\nzz\r\n",
      "POST /login HTTP/1.1\r\n\(host)Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 300000\r\nConnection: close\r\n\r\n"
        + "user=" + String(repeating: "a", count: 299_995),
      "POST /login HTTP/1.1\r\n\(host)Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\nConnection: close\r\n\r\n%zz=%&&==",
      "TRACE / HTTP/1.1\r\n\(host)Connection: close\r\n\r\n",
      "DELETE /sections/web1 HTTP/1.1\r\n\(host)Connection: close\r\n\r\n",
      "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{fc}\u{3}\u{3}",
    ]
    for request in requests {
      let answer = try await server.exchange(request)
      let status = answer.split(separator: " ").dropFirst().first.flatMap { Int($0) }
      #expect(
        answer.isEmpty || status.map { (300..<500).contains($0) } == true,
        "\(request.prefix(80)): \(answer.prefix(300))")
      #expect(!answer.contains("Swift") && !answer.contains("Hummingbird"))
    }
    #expect(try await GUIVisitor(server).get("/healthz").status == 200)
  }

  @Test func `names and logs with HTML in them stay text`() async throws {
    let (site, server) = try await site(
      "description = <img src=x onerror=alert(1)>\"\u{301} onmouseover=alert(2)")
    let log = "<script>alert(3)</script>\"' \u{1b}[31m"
    _ = try await site.rows(
      "UPDATE stats SET log='\(log.replacing("'", with: "''"))', server_name='<i>x'")
    let date = site.snapshots()[0]
    try write("x", to: "\(site.base)/web1/\(date)/<script>alert(4)<")
    let visitor = try await GUIVisitor.loggedIn(server)
    for path in [
      "/", "/sections/web1", "/due", "/export", "/?q=%3Cscript%3Ealert(5)%3C/script%3E%22%27",
      "/sections/web1/files/\(date)/", "/sections/%3Cscript%3E", "/jobs/%3Cscript%3E",
      "/%3Cscript%3Ealert(6)",
    ] {
      let answer = try await visitor.get(path)
      for word in ["<script>alert", "<img", "<i>", "\" onmouseover", "\u{1b}"] {
        #expect(!answer.body.contains(word), "\(path): \(word)")
      }
      let policy = try #require(answer.field("Content-Security-Policy"), "\(path)")
      #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"))
      #expect(answer.field("X-Content-Type-Options") == "nosniff")
      #expect(answer.field("Cache-Control") == "no-store")
    }
  }

  @Test func `thousands of requests and hundreds of idle clients are served, in little memory`()
    async throws
  {
    let (_, server) = try await site()
    let visitor = try await GUIVisitor.loggedIn(server)
    let script = """
      import concurrent.futures, http.client, socket, sys
      port = int(sys.argv[1])
      idle = []
      for number in range(200):
          peer = socket.create_connection(("127.0.0.1", port))
          peer.sendall(b"GET / HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nX: ")
          idle.append(peer)
      def ask(count):
          peer = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
          bad = 0
          for number in range(count):
              peer.request("GET", ["/login", "/healthz", "/none", "/style.css"][number % 4])
              answer = peer.getresponse()
              answer.read()
              bad += answer.status != [200, 200, 404, 200][number % 4]
          return bad
      with concurrent.futures.ThreadPoolExecutor(20) as pool:
          print(sum(pool.map(ask, [200] * 20)))
      """
    let result = try await program(["python3", "-c", script, "\(server.port)"])
    #expect(result.status == 0 && result.stdout == "0\n", "\(result.stdout)\(result.stderr)")
    #expect(try await visitor.get("/").status == 200)
    let pid = try #require(server.server.pid)
    let memory = try text("/proc/\(pid)/status").firstMatch(of: /VmRSS:\s+(\d+) kB/)
    #expect(try #require(memory.flatMap { Int($0.1) }) < 200_000)
  }
}
