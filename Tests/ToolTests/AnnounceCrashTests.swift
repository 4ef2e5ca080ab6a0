import Foundation
import TISBackupTestSupport
import Testing

/// Runs that are killed outright between what they do and its announcement.
@Suite("an announcement survives the death of its run", .scratch)
struct AnnounceCrashTests {
  /// The state that the newest announcement of `web1` in a spool folder tells, and how many there
  /// are; the folder is emptied, as Nagios would.
  private func reap(_ folder: String) throws -> (state: String?, count: Int) {
    var results: [String] = []
    for name in names(folder) where !name.hasSuffix(".ok") && exists("\(folder)/\(name).ok") {
      results += try text("\(folder)/\(name)").components(separatedBy: "\n\n")
        .filter { $0.contains("service_description=backup-web1\n") }
    }
    for name in names(folder) { try FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
    let state = results.last?.split(separator: "\n").first { $0.hasPrefix("return_code=") }
    return (state.map { String($0.dropFirst(12)) }, results.count)
  }

  /// Kills a run after so many milliseconds.
  private func kill(_ site: Site, after milliseconds: Int) async throws {
    _ = try await program([
      "timeout", "-s", "KILL", "\(Double(milliseconds) / 1000)", toolPath("tisbackup-run"), "-c",
      site.ini, "-q",
    ])
  }

  @Test("killed at any moment, many times: what the next submit announces is the truth")
  func anyMoment() async throws {
    let spool = "\(ScratchDirectory.path)/spool"
    try makeFolder(spool)
    let site = try await AnnounceTests.site("type = checkresults\npath = \(spool)")
    var generator = SeededGenerator(seed: 20_261_127)
    var unannounced = 0
    // How long a whole run takes here and now, in milliseconds: the kills are spread over that.
    let begun = ContinuousClock.now
    try await kill(site, after: 60_000)
    let (seconds, attoseconds) = (ContinuousClock.now - begun).components
    var life = max(20, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    _ = try reap(spool)
    for round in 0..<80 {
      guard round < 40 || unannounced <= 3 else { break }
      // Every other run fails, so that states alternate.
      try site.configure(
        site.section("web1", remoteDir: round.isMultiple(of: 2) ? "/" : "/nowhere"))
      if !round.isMultiple(of: 2) {
        try await sqlite(site.catalog, "DELETE FROM stats WHERE status='OK'")
      }
      let before = try await rows(site)
      try await kill(site, after: Int.random(in: 5...(life * 5 / 4), using: &generator))
      let announced = try reap(spool)
      let after = try await rows(site)
      let submitted = try await site.tool("tisbackup-submit", "-q")
      #expect(submitted.status == 0, "\(submitted.stderr)")
      let late = try reap(spool)
      if announced.count == 0 && before != after { unannounced += 1 }
      // A busy machine takes longer at one time than at another: the kills follow.
      if announced.count > 0 {
        life = max(20, life * 9 / 10)
      } else if before == after {
        life = min(60_000, life * 11 / 10 + 1)
      }
      guard before != after else { continue }
      // Whatever the run left behind has been announced, before its death or after it.
      #expect(announced.count + late.count > 0, "round \(round): \(before) \(after)")
      let truth = try await site.check("-s", "web1")
      #expect(
        (late.state ?? announced.state) == "\(truth.status)", "round \(round): \(truth.stdout)")
    }
    // The delays are spread over the whole life of a run, or this proves nothing.
    #expect(unannounced > 3)
    #expect(try await site.rows("SELECT count(*) FROM outbox WHERE owed_since NOT NULL") == ["0"])
  }

  /// Every row of a run, as the `sqlite3` shell sees it; none where there is no catalog yet.
  private func rows(_ site: Site) async throws -> [String] {
    guard exists(site.catalog) else { return [] }
    return try await site.rows("SELECT backup_start, status FROM stats ORDER BY rowid")
  }
}
