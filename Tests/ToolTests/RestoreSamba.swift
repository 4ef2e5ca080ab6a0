import Foundation
import TISBackupTestSupport
import Testing

/// The chapter about Samba.
struct RestoreSamba {
  let site: RestoreSite

  func perform() async throws {
    let tree = try await SambaTree.make(in: site.folder)
    let calls = "\(site.folder)/systemctl.log"
    let bin = "\(site.folder)/dc1-bin"
    try makeFolder(bin)
    try writeScript("echo \"$@\" >>'\(calls)'", to: "\(bin)/systemctl")
    let dc1 = try await site.machine(
      "dc1.example.com", environment: ["PATH": "\(bin):/usr/bin:/bin"])
    try site.add("dc1", "type = samba4\n\(dc1.iniLines)\nroot_dir_samba = \(tree.folder)")
    try await site.backUp()
    let before = try await contents(tree)
    let page = try site.chapter(
      .samba, ["dc1"],
      ["/var/tmp/": "\(site.folder)/", "/var/lib/samba/": "\(site.folder)/samba/"])
    // The page quotes no folder with blanks.
    try FileManager.default.createSymbolicLink(
      atPath: "\(site.folder)/samba", withDestinationPath: tree.folder)

    let shown = try await page.run("One entry, to look at")
    #expect(shown.contains("dn: CN=user7,DC=example,DC=com"), "\(shown)")

    try await tree.add(to: SambaTree.partition, 500..<510)
    try FileManager.default.removeItem(atPath: tree.path("private/secrets.tdb"))
    try write("spoiled", to: tree.path("private/sam.ldb"))
    let listing = try await tree.listing()
    try await page.run("All of them, in their place")
    #expect(try await contents(tree) == before)
    let after = try await tree.listing()
    #expect(listing.split(separator: "\n").allSatisfy { after.contains($0) })
    #expect(try text(tree.path("private.before/sam.ldb")) == "spoiled")
    let checked = try await page.run("All of them, in their place")
    #expect(checked.contains("Database integrity is OK"), "\(checked)")
    #expect(try text(calls) == "stop samba-ad-dc\nstart samba-ad-dc\n")
    page.expectFinished()
  }

  private func contents(_ tree: SambaTree) async throws -> [String: String] {
    var found: [String: String] = [:]
    for path in SambaTree.databases.values {
      found[path] = try await SambaTree.content(of: tree.path(path))
    }
    return found
  }
}
