import BackupTools
import PassiveChecks

/// The names that `--disk` takes: comma lists, and none at all.
enum DiskNames {
  /// What a disk is called where nobody says otherwise, as TISBackup had it.
  static let usual = "tisbackup"
  private static let option = "--disk"

  /// Gives `--disk` its name where the command line leaves it out.
  ///
  /// This tool takes no words but those of its options, so one that follows and is no option is the
  /// name; one that begins with a dash is written `--disk=-name`.
  static func completing(_ arguments: [String]) -> [String] {
    var completed: [String] = []
    for word in arguments {
      if completed.last == option {
        completed[completed.count - 1] += "=" + (word.hasPrefix("-") ? usual : word)
        if !word.hasPrefix("-") { continue }
      }
      completed.append(word)
    }
    return completed.last == option ? completed.dropLast() + ["\(option)=\(usual)"] : completed
  }

  /// The single names of all that was given.
  static func split(_ words: [String]) -> [String] {
    words.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }.map(String.init)
  }
}
