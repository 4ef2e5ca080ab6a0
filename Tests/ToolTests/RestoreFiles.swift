import Foundation
import TISBackupTestSupport
import Testing

/// The chapter about files: damage, command, comparison, again and again.
struct RestoreFiles {
  let site: RestoreSite
  private var web1: String { "\(site.folder)/web1" }
  private var web2: String { "\(site.folder)/web2" }
  private var files1: String { "\(site.folder)/files1" }

  func perform() async throws {
    let daemon = try await prepare()
    let page = try site.chapter(
      .files, ["web1", "web2", "files1"],
      [
        "web1.example.com:/etc/": "web1.example.com:\(web1)/etc/",
        "web1.example.com:/srv/": "web1.example.com:\(web1)/srv/",
        "/target": "\(site.folder)/target", "web2.example.com:/srv/": "web2.example.com:\(web2)/",
        " /srv/": " \(web2)/", "/etc/tis/files1.password": daemon.passwordFile,
        "files1.example.com/shares/": "127.0.0.1:\(daemon.port)/data/",
      ])
    let original = try await TreeFacts.of(web1)
    try await pieces(page, original)
    try await whole(page, original)
    try await fakeSuper(page, original)
    try await throughDaemon(page, original)
    #expect(try await page.run("Afterwards") == "")
    page.expectFinished()
    withExtendedLifetime(daemon) {}
  }

  /// Three machines with the same files, and a backup of each.
  private func prepare() async throws -> RsyncDaemon {
    for folder in [web1, web2, files1, "\(site.folder)/target"] { try makeFolder(folder) }
    for folder in [web1, web2, files1] { try await TreeFacts.sample(folder) }
    let one = try await site.machine("web1.example.com")
    // The far rsync needs to find its way back here.
    let two = try await site.machine(
      "web2.example.com", environment: ["PATH": site.environment["PATH"] ?? ""])
    try await site.machine("backup.example.com")
    try site.add("web1", "type = rsync+ssh\n\(one.iniLines)\nremote_dir = \(web1)")
    try site.add(
      "web2", "type = rsync+ssh\n\(two.iniLines)\nremote_dir = \(web2)\nfake_super = yes")
    let daemon = try await RsyncDaemon.start(serving: files1, in: site.folder)
    try site.add(
      "files1",
      """
      type = rsync
      server_name = 127.0.0.1
      remote_user = \(RsyncDaemon.user)
      remote_dir = /
      rsync_module = data
      rsync_port = \(daemon.port)
      password_file = \(daemon.passwordFile)
      """)
    try await site.backUp()
    return daemon
  }

  private func pieces(_ page: CommandPage, _ original: String) async throws {
    try write("port = 2, and wrong\n", to: "\(web1)/etc/app/app.conf")
    try await page.run("One file")
    try await touch("\(web1)/etc/app", "@1200000000")
    #expect(try await TreeFacts.of(web1) == original)

    try FileManager.default.removeItem(atPath: "\(web1)/srv/app/hard")
    try write("new", to: "\(web1)/srv/app/new")
    let told = try await page.run("One folder")
    #expect(told.contains("*deleting   new"), "\(told)")
    #expect(told.contains(" hard"), "\(told)")
    #expect(try await TreeFacts.of(web1) == original)
  }

  private func whole(_ page: CommandPage, _ original: String) async throws {
    try await page.run("The whole machine")
    let target = "\(site.folder)/target"
    for name in ["dev", "proc", "run", "sys", "tmp"] {
      #expect(exists("\(target)/\(name)"))
      try FileManager.default.removeItem(atPath: "\(target)/\(name)")
    }
    #expect(try await TreeFacts.of(target) == original)
  }

  private func fakeSuper(_ page: CommandPage, _ original: String) async throws {
    let stored = try facts("\(site.base)/web2/\(site.backup("web2"))/srv/app/hard")
    #expect(stored.mode != 0o4755, "without its attribute it is another file")
    for _ in 1...2 {
      try await empty(web2)
      try await page.run("A section with `fake_super = yes`")
      #expect(try await TreeFacts.of(web2) == original)
    }
  }

  private func throughDaemon(_ page: CommandPage, _ original: String) async throws {
    try await empty(files1)
    let configuration = "\(site.folder)/rsyncd.conf"
    try write(
      try text(configuration).replacing(
        "read only = yes", with: "read only = no\nmunge symlinks = no"),
      to: configuration)
    try await page.run("Through an rsync daemon")
    #expect(try await TreeFacts.of(files1) == original)
  }

  private func touch(_ path: String, _ time: String) async throws {
    #expect(try await program(["touch", "-d", time, path]).status == 0)
  }

  private func empty(_ folder: String) async throws {
    for name in names(folder) {
      try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }
}
