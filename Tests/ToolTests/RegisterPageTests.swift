import Foundation
import TISBackupTestSupport
import Testing

/// `contrib/doc/register.md`: every command in it is executed.
@Suite("the page about the catalog and the disk", .scratch)
struct RegisterPageTests {
  private static let page = shippedFile("../contrib/doc/register.md")

  enum Chapter: String, CaseIterable {
    case gone = "The catalog is gone"
    case damaged = "The catalog is damaged"
    case takeOver = "Take over a server"
    case two = "Two servers become one"
    case truth = "Does the catalog tell the truth?"
  }

  @Test("there is no other chapter with commands")
  func chapters() throws {
    #expect(try CommandPage.chapters(Self.page) == Set(Chapter.allCases.map(\.rawValue)))
  }

  /// Two backups of `web1` and one of `web2`, and a copy of their catalog on a disk.
  private func site() async throws -> Site {
    let site = try await Site.start()
    try site.configure(site.section("web1"))
    try #require(try await site.run().status == 0)
    try site.configure(site.section("web1") + site.section("web2"))
    try #require(try await site.run().status == 0)
    try makeFolder("\(site.folder)/usb")
    try FileManager.default.copyItem(
      atPath: site.catalog, toPath: "\(site.folder)/usb/tisbackup.sqlite")
    return site
  }

  private func page(_ site: Site, _ chapter: Chapter, _ words: [String: String] = [:]) throws
    -> CommandPage
  {
    try CommandPage(
      Self.page, chapter: chapter.rawValue, words: words.map { .init($0.key, $0.value) },
      dates: [:],
      environment: [
        "PATH": "\(Bundle.main.bundleURL.path):/usr/bin:/bin", "TISBACKUP_CONFIG": site.ini,
        "TMPDIR": site.folder, "TISBACKUP_STATE": "\(site.folder)/state",
      ])
  }

  private let count = "SELECT count(*) FROM stats WHERE TYPE='BACKUP' AND status='OK'"

  @Test("the catalog is gone")
  func gone() async throws {
    let site = try await site()
    try FileManager.default.removeItem(atPath: "\(site.base)/log")
    let page = try page(site, .gone, ["/mnt/usb": "\(site.folder)/usb"])
    #expect(try await page.run().contains("registered \(site.base)/web2/"))
    #expect(try await page.run().contains("took over nothing; 2 known already"))
    page.expectFinished()
    #expect(try await site.rows(count) == ["3"])
  }

  @Test("the catalog is damaged")
  func damaged() async throws {
    let site = try await site()
    let hurt = try await program([
      "dd", "if=/dev/urandom", "of=\(site.catalog)", "bs=4096", "seek=1", "count=1", "conv=notrunc",
    ])
    try #require(hurt.status == 0)
    let page = try page(site, .damaged)
    #expect(try await page.run().contains("is damaged"))
    #expect(try await page.run().contains("TISBACKUP OK"))
    page.expectFinished()
    #expect(try await site.rows(count) == ["3"])
  }

  @Test("a server is taken over, its disk mounted elsewhere")
  func takeOver() async throws {
    let site = try await site()
    try await sqlite(
      site.catalog, "UPDATE stats SET backup_location=replace(backup_location, 'base', 'former')")
    let page = try page(site, .takeOver)
    #expect(try await page.run().contains("the catalog tells the truth"))
    page.expectFinished()
    #expect(
      try await site.rows("SELECT count(*) FROM stats WHERE backup_location LIKE '\(site.base)/%'")
        == ["3"])
  }

  @Test("two servers become one")
  func two() async throws {
    let site = try await site()
    let other = "\(site.folder)/other"
    try makeFolder("\(other)/log")
    try FileManager.default.moveItem(atPath: "\(site.base)/web2", toPath: "\(other)/web2")
    try FileManager.default.copyItem(
      atPath: site.catalog, toPath: "\(other)/log/tisbackup.sqlite")
    try await sqlite(site.catalog, "DELETE FROM stats WHERE backup_name='web2'")
    try await sqlite(
      "\(other)/log/tisbackup.sqlite", "DELETE FROM stats WHERE backup_name='web1'")
    let page = try page(site, .two, ["/mnt/other": other, "/backup/data": site.base])
    let said = try await page.run()
    #expect(said.contains("would take over 1 backup") && said.contains("TISBACKUP OK"), "\(said)")
    page.expectFinished()
    #expect(try await site.rows(count) == ["3"])
  }

  @Test("the catalog tells the truth")
  func truth() async throws {
    let site = try await site()
    let page = try page(site, .truth)
    #expect(try await page.run() == "the catalog tells the truth\n")
    page.expectFinished()
  }

  @Test("every kind of finding is explained")
  func kinds() throws {
    let told = try Set(text(Self.page).matches(of: #/`([a-z]+)`/#).map { String($0.1) })
    let source = try text(shippedFile("../Sources/BackupJobs/Register/FsckFinding.swift"))
    for kind in source.matches(of: #/(?m)^    case ([a-z]+)$/#).map({ String($0.1) })
    where !["error", "warning", "info"].contains(kind) {
      #expect(told.contains(kind), "\(kind)")
    }
  }
}
