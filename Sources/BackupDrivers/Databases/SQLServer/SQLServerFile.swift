import TISBackupCore

/// Where a server writes its backup, until it is here.
struct SQLServerFile: Sendable, Equatable {
  let folder: String
  /// The same in every run: what a run that was killed left there is removed by the next.
  let path: String

  init(_ section: Section) {
    folder = section.text(.sqlFolder) ?? "c:/WINDOWS/Temp/"
    let isEnded = folder.hasSuffix("/") || folder.hasSuffix("\\")
    path = "\(folder)\(isEnded ? "" : "/")tisbackup-\(section.name).bak"
  }
}
