import Foundation
import Glibc
import TISBackupTestSupport
import Testing

/// The built page, as whoever administers the server meets it.
@Suite("tisbackup-gui", .scratch) struct GUITests {
  private func site() async throws -> (Site, GUIServer) {
    let site = try await Site.start()
    try site.configure(
      site.section("web1", "description = The <b>shop</b> & more") + site.section("web2"))
    let run = try await site.run("-s", "web1")
    try #require(run.status == 0, "\(run.stdout)\(run.stderr)")
    return (site, try await GUIServer.start(site.ini, in: site.folder))
  }

  private func until(_ isSo: () -> Bool) async throws {
    for _ in 0..<3000 where !isSo() { try await Task.sleep(for: .milliseconds(20)) }
    #expect(isSo())
  }

  private func finished(_ visitor: GUIVisitor, _ answer: GUIVisitor.Answer) async throws
    -> GUIVisitor.Answer
  {
    let job = try #require(answer.field("Location"))
    var page = try await visitor.get(job)
    for _ in 0..<1000 where page.body.contains("at work, begun") {
      try await Task.sleep(for: .milliseconds(20))
      page = try await visitor.get(job)
    }
    return page
  }

  @Test func `asks who comes, and sends him where he wanted to go`() async throws {
    let (_, server) = try await site()
    let stranger = GUIVisitor(server)
    let away = try await stranger.get("/due")
    #expect(away.status == 303 && away.field("Location") == "/login?target=%2Fdue")
    let wrong = try await stranger.logIn("admin", "wrong password")
    #expect(wrong.status == 401 && wrong.body.contains("That is not a user and his password."))
    let right = try await stranger.logIn()
    #expect(right.status == 303 && right.field("Location") == "/due")
    let cookie = try #require(right.field("Set-Cookie"))
    for word in ["tisbackup_session=", "HttpOnly", "SameSite=Strict", "Path=/"] {
      #expect(cookie.contains(word), "\(cookie)")
    }
    #expect(try await stranger.get("/due").status == 200)
    let token = try await stranger.get("/").token
    let out = try await stranger.post("/logout", ["token": token])
    #expect(out.status == 303 && out.field("Location") == "/login")
    #expect(try await stranger.get("/due").status == 303)
    #expect(!server.log.contains(GUIServer.password) && !server.log.contains("wrong password"))
    #expect(server.log.contains("login of 'admin' from 127.0.0.1 failed"))
  }

  @Test func `judges in the words of check_tisbackup`() async throws {
    let (site, server) = try await site()
    let visitor = try await GUIVisitor.loggedIn(server)
    let check = try await site.check("-o", "json")
    let told = try #require(try json(check.stdout) as? [String: Any])
    let status = try await visitor.get("/api/status")
    #expect(status.field("Content-Type") == "application/json")
    let document = try #require(try json(status.body) as? [String: Any])
    #expect(document["summary"] as? String == told["summary"] as? String)
    #expect(document["state"] as? String == "CRITICAL" && check.status == 2)
    let page = try await visitor.get("/")
    let summary = try #require(told["summary"] as? String)
    #expect(page.body.contains(summary), "\(page)")
    // Red first.
    let (bad, good) = (page.body.range(of: "/sections/web2"), page.body.range(of: "/sections/web1"))
    #expect(try #require(bad).lowerBound < #require(good).lowerBound)
    for word in ["<title>30 days: 1 day with a good backup", "free on \(site.base)", "Free space"] {
      #expect(page.body.contains(word), "\(word)")
    }
    let found = try await visitor.get("/?q=WEB1")
    #expect(found.body.contains("/sections/web1") && !found.body.contains("/sections/web2"))
  }

  @Test func `shows a section, its runs, and why its backups stay`() async throws {
    let (_, server) = try await site()
    let page = try await GUIVisitor.loggedIn(server).get("/sections/web1")
    #expect(page.status == 200)
    for word in [
      "The &lt;b&gt;shop&lt;/b&gt; &amp; more", "rsync of 127.0.0.1", ">OK<", "3 new or changed",
      "last good backup", "Back up now", "/sections/web1/files/20",
    ] { #expect(page.body.contains(word), "\(word): \(page.body)") }
    let bare = try await GUIVisitor.loggedIn(server).get("/sections/web2")
    #expect(bare.body.contains("<p>rsync of 127.0.0.1</p>"), "\(bare.body)")
    let due = try await GUIVisitor.loggedIn(server).get("/due")
    #expect(!due.body.contains("Run what failed again"))
  }

  @Test func `backs up now, and what failed again, with the same tool as cron`() async throws {
    let (site, server) = try await site()
    let visitor = try await GUIVisitor.loggedIn(server)
    let token = try await visitor.get("/sections/web2").token
    let run = try await visitor.post("/sections/web2/run", ["token": token])
    #expect(run.status == 303)
    let done = try await finished(visitor, run)
    #expect(done.body.contains("done, all well"), "\(done)")
    #expect(site.snapshots("web2").count == 1)
    #expect(try await site.check().status == 0)
    unlink(site.daemon.passwordFile)
    let failed = try await finished(
      visitor, visitor.post("/sections/web1/run", ["token": token]))
    #expect(failed.body.contains(">failed; begun "), "\(failed)")
    let due = try await visitor.get("/due")
    #expect(due.body.contains("Run what failed again (1)"), "\(due)")
    try write("\(RsyncDaemon.password)\n", to: site.daemon.passwordFile)
    // web1 has a good backup within its limit, so there is nothing to do again.
    let again = try await finished(visitor, visitor.post("/retry", ["token": token]))
    #expect(again.body.contains("done, all well"), "\(again)")
  }

  @Test func `lets a run go on when it is stopped itself`() async throws {
    let (site, server) = try await site()
    let script = "\(site.folder)/before"
    try writeScript("touch '\(site.folder)/began'; sleep 2; touch '\(site.folder)/ran'", to: script)
    try site.configure(site.section("web1", "preexec_local = \(script)"))
    let visitor = try await GUIVisitor.loggedIn(server)
    let token = try await visitor.get("/sections/web1").token
    #expect(try await visitor.post("/sections/web1/run", ["token": token]).status == 303)
    try await until { exists("\(site.folder)/began") }
    await server.server.end()
    #expect(!exists("\(site.folder)/ran"))
    try await until { site.snapshots().count == 2 }
    #expect(exists("\(site.folder)/ran"))
  }

  @Test func `follows what it has started`() async throws {
    let (site, server) = try await site()
    var generator = SeededGenerator(seed: 1)
    let noise = Data((0..<3_000_000).map { _ in UInt8.random(in: 0...255, using: &generator) })
    try noise.write(to: URL(filePath: "\(site.source)/large.bin"))
    try site.configure(site.section("web1", "bwlimit = 500"))
    let visitor = try await GUIVisitor.loggedIn(server)
    let token = try await visitor.get("/sections/web1").token
    let run = try await visitor.post("/sections/web1/run", ["token": token])
    let job = try #require(run.field("Location"))
    // A second time it is the same one.
    let again = try await visitor.post("/sections/web1/run", ["token": token])
    #expect(again.field("Location") == job)
    var pages = try await visitor.get(job)
    for _ in 0..<500 where !pages.body.contains("<p>copies: ") {
      try await Task.sleep(for: .milliseconds(20))
      pages = try await visitor.get(job)
    }
    #expect(pages.body.contains("<p>copies: ") && pages.body.contains("data-refresh=\"2\""))
    let due = try await visitor.get("/due")
    #expect(due.body.contains("1 at work now") && due.body.contains("role=\"status\">copies: "))
    let section = try await visitor.get("/sections/web1")
    #expect(section.body.contains(">Running<") && !section.body.contains("Back up now"))
    #expect(try await finished(visitor, run).body.contains("done, all well"))
  }

  @Test func `shows and sends the files of a backup, byte by byte`() async throws {
    let (site, server) = try await site()
    let visitor = try await GUIVisitor.loggedIn(server)
    let odd = "\(site.base)/web1/\(site.snapshots()[0])/é \"x\" <b>&%"
    try write("odd\n", to: odd)
    let folder = "/sections/web1/files/\(site.snapshots()[0])/"
    let page = try await visitor.get(folder)
    #expect(page.body.contains(">one.txt</a>") && page.body.contains("href=\"\(folder)sub/\""))
    #expect(page.body.contains("é &quot;x&quot; &lt;b&gt;&amp;%</a>"), "\(page.body)")
    let link = try #require(page.body.firstMatch(of: /href="([^"]+%26%25)"/))
    #expect(try await visitor.get(String(link.1)).body == "odd\n")
    let file = try await visitor.get(folder + "big.bin")
    #expect(file.body == String(repeating: "x", count: 10_000))
    #expect(file.field("Content-Disposition") == "attachment; filename*=UTF-8''big.bin")
    #expect(file.field("Content-Security-Policy")?.hasPrefix("sandbox") == true)
    #expect(try await visitor.get(folder + "sub/two.txt").body == "two\n")
  }

  @Test func `speaks JSON and Prometheus to scripts that know a password`() async throws {
    let (_, server) = try await site()
    let stranger = GUIVisitor(server)
    let login = ["-u", "\(GUIServer.user):\(GUIServer.password)"]
    for path in ["/api/status", "/api/sections/web1", "/api/backups", "/metrics"] {
      let refused = try await stranger.get(path)
      #expect(
        refused.status == 401 && refused.field("WWW-Authenticate")?.hasPrefix("Basic ") == true)
      #expect(try await stranger.get(path, ["-u", "admin:wrong"]).status == 401)
      #expect(try await stranger.get(path, login).status == 200, "\(path)")
    }
    let section = try await stranger.get("/api/sections/web1?n=1", login)
    let document = try #require(try json(section.body) as? [String: Any])
    #expect(document["state"] as? String == "OK")
    #expect((document["runs"] as? [[String: Any]])?.first?["status"] as? String == "OK")
    #expect(try await stranger.get("/api/sections/none", login).status == 404)
    #expect(try await stranger.get("/api/backups?n=0", login).status == 400)
    let metrics = try await stranger.get("/metrics", login)
    #expect(
      metrics.body.contains(
        "tisbackup_section_state{section=\"web1\",server=\"127.0.0.1\",type=\"rsync\"} 0\n"))
    #expect(metrics.body.contains("\ntisbackup_state 2\n"))
    // A script reads; what changes anything needs a form of a visitor.
    #expect(try await stranger.post("/sections/web1/run", ["token": ""], login).status == 403)
    #expect(try await stranger.get("/healthz").body == "ok\n")
  }

  @Test func `works below a path, behind a proxy with TLS`() async throws {
    let site = try await Site.start()
    let server = try await GUIServer.start(
      site.ini, in: site.folder, ["--url", "https://backup.example.com/tis"])
    let visitor = GUIVisitor(server)
    let outside = ["-H", "Host: backup.example.com"]
    let form = try await visitor.get("/tis/login", outside)
    #expect(form.body.contains("action=\"/tis/login\"") && form.body.contains("/tis/style.css"))
    let cookie = try #require(form.field("Set-Cookie"))
    #expect(cookie.contains("Secure") && cookie.contains("Path=/tis"), "\(cookie)")
    let right = try await visitor.post(
      "/login",
      [
        "token": form.token, "target": "/", "user": GUIServer.user, "password": GUIServer.password,
      ],
      outside + [
        "-H", "Origin: https://backup.example.com", "-b", "tisbackup_login=\(form.token)",
      ])
    #expect(right.status == 303 && right.field("Location") == "/tis/", "\(right)")
    #expect(try await visitor.get("/tis/login", ["-H", "Host: evil.example"]).status == 421)
  }

  @Test func `a user who was taken out, or has a new password, is out at once`() async throws {
    let (site, server) = try await site()
    let visitor = try await GUIVisitor.loggedIn(server)
    #expect(try await visitor.get("/").status == 200)
    let changed = try await tool(
      "tisbackup-gui",
      ["-c", site.ini, "--users", "\(site.folder)/gui.users", "--set-password", GUIServer.user],
      input: "something new\n")
    #expect(changed.status == 0)
    #expect(try await visitor.get("/").status == 303)
    #expect(try await visitor.logIn().status == 401)
    #expect(try await visitor.logIn(GUIServer.user, "something new").status == 303)
    try write("# nobody\n", to: "\(site.folder)/gui.users")
    #expect(try await visitor.get("/").status == 303)
  }

  @Test func `says what is wrong when the catalog cannot be read, to whoever may know`()
    async throws
  {
    let (site, server) = try await site()
    let visitor = try await GUIVisitor.loggedIn(server)
    rename(site.base, site.base + ".gone")
    let page = try await visitor.get("/")
    #expect(page.status == 503 && page.body.contains("cannot use the base folder"), "\(page)")
    #expect(page.body.contains("Is its disk mounted?"))
    rename(site.base + ".gone", site.base)
    #expect(try await visitor.get("/").status == 200)
  }

  @Test(arguments: [
    (["--listen", "nowhere"], "'nowhere' is not HOST:PORT"),
    (["--listen", "127.0.0.1:99999"], "is not HOST:PORT"), (["--listen", "::1:80"], "[::1]:8080"),
    (["--url", "backup.example.com"], "is no address of a page"),
    (["--users", "/none/users"], "tisbackup-gui --set-password admin"),
    (["--set-password", "a b"], "cannot be the name of a user"),
    (["--set-password", "admin"], "at least 8 characters"),
    (["--dry-run"], "--dry-run means nothing here"), (["-s", "web1"], "--sections means nothing"),
  ])
  func `says what is wrong with its command line`(_ arguments: [String], _ words: String)
    async throws
  {
    let site = try await Site.start()
    let result = try await tool(
      "tisbackup-gui", ["-c", site.ini, "--users", "\(site.folder)/users"] + arguments,
      input: "short\n")
    #expect(result.status == 3)
    #expect(result.stderr.contains(words), "\(result.stderr)")
    #expect(!exists("\(site.folder)/users"))
  }

  @Test(arguments: [
    ("long enough\nlong enough\n", 0, "admin has a new password"),
    ("long enough\nlong enouhg\n", 3, "the two passwords are not the same"),
    ("long\nlong\n", 3, "Choose a longer one"), ("long eno\u{3}", 3, "interrupted by SIGINT"),
  ])
  func `asks for a password at a terminal, unseen, and can be left`(
    _ typed: String, _ status: Int, _ words: String
  ) async throws {
    let site = try await Site.start()
    let script = """
      import os, pty, sys, time
      pid, terminal = pty.fork()
      if pid == 0: os.execv(sys.argv[2], sys.argv[2:])
      shown = b""
      def until(words):
          global shown
          while words not in shown:
              shown += os.read(terminal, 4096)
      until(b"New password of admin: ")
      parts = sys.argv[1].splitlines(keepends=True)
      os.write(terminal, parts[0].encode())
      if len(parts) > 1:
          until(b"Once more: ")
          os.write(terminal, parts[1].encode())
      try:
          while True: shown += os.read(terminal, 4096)
      except OSError: pass
      print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
      print(shown.decode())
      """
    let result = try await program([
      "python3", "-c", script, typed, toolPath("tisbackup-gui"), "-c", site.ini, "--users",
      "\(site.folder)/users", "--set-password", "admin",
    ])
    #expect(result.stdout.hasPrefix("\(status)\n"), "\(result)")
    #expect(result.stdout.contains(words) && !result.stdout.contains("long eno"), "\(result)")
    #expect(exists("\(site.folder)/users") == (status == 0))
  }

  @Test func `ends well when it is asked to, and says when its port is taken`() async throws {
    let (site, server) = try await site()
    let second = try await tool(
      "tisbackup-gui",
      [
        "-c", site.ini, "--users", "\(site.folder)/gui.users", "--listen",
        "127.0.0.1:\(server.port)",
      ])
    #expect(second.status == 3)
    #expect(second.stderr.contains("cannot listen at 127.0.0.1:\(server.port)"), "\(second.stderr)")
    #expect(second.stderr.contains("Is another program there?"))
    let ended = try await program([
      "sh", "-c",
      // It has said where it listens once it can be stopped.
      "out=$1; shift; \"$@\" > \"$out\" & until [ -s \"$out\" ]; do sleep 0.05; done; kill $!; wait $!",
      "sh", "\(site.folder)/out",
      toolPath("tisbackup-gui"), "-c", site.ini, "--users", "\(site.folder)/gui.users", "--listen",
      "127.0.0.1:0",
    ])
    #expect(ended.status == 0, "\(ended.stderr)")
  }
}
