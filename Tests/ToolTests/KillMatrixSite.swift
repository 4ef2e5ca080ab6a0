import Foundation
import TISBackupTestSupport
import Testing

/// A backup server and the disk of its exports, which are put back as they were before each kill.
struct KillMatrixSite {
  let server: Site
  let sections: [String]
  /// Backups and generations that the tool under test is to remove, as `base/SECTION/NAME`.
  private(set) var doomed: Set<String> = []
  /// Backups that have gone bad.
  private(set) var rotten: Set<String> = []

  var folder: String { server.folder }
  var base: String { server.base }
  var disk: String { "\(folder)/disk" }
  /// Where everything is kept as it was before the first kill.
  var template: String { "\(folder)/template" }
  /// The folders that hold backups, by their names.
  static let places = ["base", "disk"]

  /// A server whose catalog and folders an ordinary user may look at, as monitoring does.
  ///
  /// Each section has so many files of a line each; the first one a file of `bytes` besides. `more` are
  /// further lines for each section of the ini.
  static func start(_ sections: [String], files: Int, bytes: Int, _ more: String = "")
    async throws -> KillMatrixSite
  {
    let site = KillMatrixSite(server: try await Site.start(), sections: sections)
    try makeFolder(site.disk)
    for name in sections {
      try makeFolder("\(site.source(name))/sub")
      for number in 0..<files {
        let place = number.isMultiple(of: 2) ? "sub/file" : "file"
        try write("\(name) \(number)\n", to: "\(site.source(name))/\(place)\(number)")
      }
    }
    var generator = SeededGenerator(seed: 1)
    let large = Data(
      (0..<bytes / 8).flatMap { _ in withUnsafeBytes(of: generator.next(), Array.init) })
    try large.write(to: URL(filePath: "\(site.source(sections[0]))/large.bin"))
    try site.server.configure(
      sections.map { site.server.section($0, remoteDir: "/\($0)/", more) }.joined(),
      global: "parallel_per_server = 2")
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: site.server.ini)
    try await site.shell(#"chgrp "$(id -g nobody)" base && chmod 2750 base"#)
    return site
  }

  func source(_ section: String) -> String { "\(server.source)/\(section)" }

  /// Takes a backup of what has changed since, and dates it so many hours ago.
  func backUp(_ section: String, hoursAgo hours: Int) async throws {
    try write("as of \(hours) hours ago\n", to: "\(source(section))/changed")
    try write("new\n", to: "\(source(section))/from\(hours)")
    let result = try await server.tool("tisbackup-run", "-q", "-s", section)
    try #require(result.status == 0, "\(result.stdout)\(result.stderr)")
    try await shell(Self.dating, section, "\(hours)")
  }

  /// Gives the newest backup of a section, its receipt and its row another date.
  private static let dating = """
    cd "base/$1"
    old=$(ls -d 2* | tail -n 1)
    begun=$(($(date +%s) - $2 * 3600))
    new=$(date -d "@$begun" +%Y%m%d-%Hh%Mm%S)
    start=$(date -d "@$begun" +%Y-%m-%dT%H:%M:%S.000000%:z)
    end=$(date -d "@$((begun + 60))" +%Y-%m-%dT%H:%M:%S.000000%:z)
    mv "$old" "$new"
    mv ".$old.manifest" ".$new.manifest"
    sed "s/\\"start\\" : .*/\\"start\\" : \\"$start\\",/; s/\\"end\\" : .*/\\"end\\" : \\"$end\\",/" \
      ".$old.json" > ".$new.json"
    rm ".$old.json"
    sqlite3 ../log/tisbackup.sqlite "UPDATE stats SET backup_start='$start', backup_end='$end', \
      backup_location='$PWD/$new' WHERE backup_location='$PWD/$old'"
    """

  /// Changes what is in the oldest backup of a section; a disk that rots changes no time.
  mutating func rot(_ section: String) async throws {
    let place = finished(below: folder).first { $0.hasPrefix("base/\(section)/") }
    rotten.insert(try #require(place))
    try await shell(
      """
      file=base/$1/$(ls "base/$1" | head -n 1)/changed
      touch -r "$file" time
      printf X | dd of="$file" conv=notrunc status=none
      touch -r time "$file"
      """, section)
  }

  /// Copies the newest backup of each section to the disk.
  func export() async throws {
    let result = try await server.tool("tisbackup-export", "-q", "-x", disk)
    try #require(result.status == 0, "\(result.stdout)\(result.stderr)")
  }

  /// Keeps everything as it is now; what `dooms` says of a backup is to be removed.
  mutating func keep(dooms: (String) -> Bool = { _ in false }) async throws {
    try await shell("rm -f base/log/*.log; mkdir template; cp -a base disk template")
    doomed = Set(finished(below: template).filter(dooms))
  }

  /// Puts everything back.
  func reset() async throws {
    try await shell("rm -rf base disk; cp -a template/base template/disk .")
  }

  /// Backups and generations by their place, `base/SECTION/NAME`; below the template or now.
  func finished(below folder: String) -> [String] {
    Self.places.flatMap { place in
      sections.flatMap { section in
        names("\(folder)/\(place)/\(section)").filter(Self.isFinal)
          .map { "\(place)/\(section)/\($0)" }
      }
    }
  }

  /// Whether a name is one that only a complete backup has.
  static func isFinal(_ name: String) -> Bool {
    name.count == 17 && name.utf8.filter { 48...57 ~= $0 }.count == 14
  }

  /// What a backup or a generation has to hold: it is that of the template, the backup it was copied
  /// from, or one of what the source holds.
  func original(of place: String) -> String {
    let parts = place.split(separator: "/").map(String.init)
    if exists("\(template)/\(place)") { return "\(template)/\(place)" }
    return parts[0] == "disk"
      ? "\(folder)/base/\(parts[1])/\(parts[2])" : source(parts[1])
  }

  /// Runs a few lines of shell in the folder of the site; all of them must succeed.
  @discardableResult
  func shell(_ lines: String, _ arguments: String..., input: String = "") async throws -> String {
    let result = try await program(
      ["sh", "-euc", lines, "sh"] + arguments, input: input, workingFolder: folder)
    try #require(result.status == 0, "\(result.stderr)")
    return result.stdout
  }
}
