import Glibc
import TISBackupCore

/// The login of a Xen host: `password_file`, with the user on line one and the password on line two.
struct XenLogin: Sendable, Equatable {
  var user: String
  var password: String

  /// Longer ones are other files.
  private static let limit = 4096

  /// Reads the file that a section names; it is read anew for every run, as an administrator who
  /// changes it expects.
  ///
  /// Throws `.configuration` when there are no two lines in it.
  init(_ section: Section) throws(BackupError) {
    let path = try section.require(.passwordFile)
    let text: String
    do throws(BackupError) {
      text = try SmallFile.text(at: path, limit: Self.limit)
    } catch {
      throw BackupError(
        .configuration, .unreadable(section, error.message.text), hint: error.hint ?? .twoLines)
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0.last == "\r" ? $0.dropLast() : $0) }
    guard lines.count >= 2, !lines[0].isEmpty, !lines[1].isEmpty else {
      throw BackupError(.configuration, .incomplete(section, path), hint: .twoLines)
    }
    (user, password) = (lines[0], lines[1])
  }
}

extension BackupError.Message {
  fileprivate static func unreadable(_ section: Section, _ problem: String) -> Self {
    "section [\(section.name)]: key 'password_file' at \(section.place(of: .passwordFile)): \(problem)"
  }
  fileprivate static func incomplete(_ section: Section, _ path: String) -> Self {
    "section [\(section.name)]: key 'password_file' at \(section.place(of: .passwordFile)): no login and password in '\(path)'"
  }
  fileprivate static let twoLines: Self =
    "Write the login into line one of that file, its password into line two, and let nobody else read it."
}
