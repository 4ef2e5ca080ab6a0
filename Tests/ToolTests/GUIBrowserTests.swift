import Foundation
import TISBackupTestSupport
import Testing

/// The built page in a real browser.
@Suite("tisbackup-gui in Chromium", .scratch) struct GUIBrowserTests {
  private struct Facts: Decodable {
    var complaints: [String]
    var pages: [String: String]
    var shots: [String]
    var chosen: String
    var job: String
  }

  @Test func `finds out what is wrong, exports to a disk, and leaves`() async throws {
    let site = try await Site.start()
    try await LoopDisk.plugged("offsite-a", megabytes: 32) { disk in
      try site.configure(
        site.section("web1") + site.section("web2"), global: "export_disks = offsite-a, offsite-b")
      let run = try await site.run("-s", "web1")
      try #require(run.status == 0, "\(run.stdout)\(run.stderr)")
      let server = try await GUIServer.start(site.ini, in: site.folder)
      let shots = "\(site.folder)/shots"
      try makeFolder(shots)
      let script = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources/TISBackupTestSupport/Browser/tour.py").path
      let tour = try await program(
        [
          "/usr/bin/python3", script, server.address, GUIServer.password, shots, "offsite-a",
        ], input: site.snapshots()[0] + "\n")
      try #require(tour.status == 0, "\(tour.stdout)\(tour.stderr)\(server.log)")
      let document = try #require(try json(tour.stdout) as? [String: Any])
      let facts = try JSONDecoder().decode(Facts.self, from: Data(tour.stdout.utf8))
      #expect(facts.complaints == [])
      #expect(document["after-login"] as? String == "/due")
      #expect(document["after-logout"] as? String == "/login")
      #expect((document["locked"] as? String)?.hasPrefix("/login") == true)
      #expect((document["without-script"] as? String)?.contains("Password") == true)
      let overview = try #require(facts.pages["overview"])
      #expect(overview.hasPrefix("CRITICAL 1 of 2 sections: web2"), "\(overview)")
      #expect(facts.pages["section"]?.contains("web2") == true)
      #expect(facts.pages["due"]?.contains("now") == true)
      #expect(facts.chosen.contains("offsite-a") && facts.chosen.contains("last export never"))
      let job = try #require(facts.pages["job"])
      #expect(job.contains("done, all well") && job.contains("web1"), "\(job)")
      #expect(facts.shots.count == 28)
      for shot in facts.shots {
        let size = try FileManager.default.attributesOfItem(atPath: "\(shots)/\(shot)")[.size]
        #expect((size as? Int ?? 0) > 5000, "\(shot)")
      }
      if let kept = ProcessInfo.processInfo.environment["GUI_SHOTS"] {
        _ = try await program(["cp", "-r", shots, kept])
      }
      let exported = try await site.rows("SELECT status FROM stats WHERE TYPE='EXPORT'")
      #expect(exported == ["OK"])
    }
  }
}
