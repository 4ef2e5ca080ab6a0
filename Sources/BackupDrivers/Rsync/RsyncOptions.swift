import TISBackupCore

/// What a section says about its copy, turned into options of rsync.
package struct RsyncOptions: Sendable, Equatable {
  private let base: [String]
  private let extras: [String]
  private let idleTimeout: Int

  package init(_ section: Section) throws(BackupError) {
    let remoteDir = try section.require(.remoteDir)
    idleTimeout = try section.seconds(.idleTimeout) ?? 600
    let overload = try section.words(.overloadArgs)
    // Owners, modes and links mean nothing on a Windows machine behind cygwin.
    let isWindows = remoteDir.contains("cygdrive")
    extras = !overload.isEmpty || isWindows ? [] : Self.extras(of: section)
    let kept = !overload.isEmpty ? overload : isWindows ? [] : ["-lpgoD"]
    var base = ["-rt"] + kept
    if section.flag(.oneFileSystem) { base.append("-x") }
    if section.flag(.fakeSuper) { base.append("--fake-super") }
    if section.flag(.protectArgs) { base.append("--protect-args") }
    if section.flag(.compression) { base.append("-z") }
    if let level = try section.number(.compressionLevel) {
      base.append("--compress-level=\(level)")
    }
    if let limit = try section.number(.bandwidthLimit), limit > 0 {
      base.append("--bwlimit=\(limit)")
    }
    self.base = base + (try section.patterns(.excludeList)).map { "--exclude=\($0)" }
  }

  /// The options of a copy into an unfinished folder.
  ///
  /// `without` names those that an end turned out to lack.
  package func arguments(into workspace: Workspace, without missing: Set<String> = []) -> [String] {
    let links =
      workspace.linkTargets.map { "--link-dest=\($0)" }
      + (workspace.comparesContent ? ["--checksum"] : [])
    return base + extras.filter { !missing.contains($0) }
      + [
        "--numeric-ids", "--delete", "--delete-excluded",
        // A large file that was half sent is kept for the next run; without the filter
        // --delete-excluded would remove it first.
        "--partial-dir=.rsync-partial", "--filter=P .rsync-partial/",
        "--stats", "--info=progress2", "--no-human-readable", "--outbuf=L",
        "--timeout=\(idleTimeout)",
      ] + links
  }

  private static func extras(of section: Section) -> [String] {
    let wanted: [(Key, String)] = [(.hardLinks, "-H"), (.acls, "-A"), (.xattrs, "-X")]
    return wanted.filter { section.flag($0.0) }.map(\.1)
  }
}
