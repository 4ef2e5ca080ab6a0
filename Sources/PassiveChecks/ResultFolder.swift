import Glibc

/// The folder whose check result files Nagios reaps.
final class ResultFolder {
  /// Why a file cannot be added: an `errno`.
  struct Trouble: Error, Equatable {
    var code: Int32
  }

  private let descriptor: Int32
  private let owner: uid_t
  private let group: gid_t

  /// `O_PATH` of open(2), which Swift's Glibc module leaves out: who may write into a folder need
  /// not be allowed to list it.
  private static let asPlace: Int32 = 0o10_000_000

  init(_ path: String) throws(Trouble) {
    descriptor = open(path, Self.asPlace | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Trouble(code: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Trouble(code: errno) }
    (owner, group) = (status.st_uid, status.st_gid)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Adds a file that Nagios finds whole, or not at all.
  ///
  /// Whoever is stopped in the middle leaves nothing that is read: Nagios looks only at files with
  /// an `.ok` of the same name beside them, which is made last, when the content is written and
  /// closed. A file without one waits for ever and harms nobody. An error takes it away again.
  func add(_ bytes: [UInt8]) throws(Trouble) {
    let (name, file) = try make()
    do throws(Trouble) {
      try fill(file, bytes)
      let mark = openat(descriptor, name + ".ok", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      guard mark >= 0 else { throw Trouble(code: errno) }
      close(mark)
    } catch {
      unlinkat(descriptor, name, 0)
      throw error
    }
  }

  /// A new file of a name that Nagios reads: `c` and exactly six characters.
  private func make() throws(Trouble) -> (name: String, file: Int32) {
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    while true {
      let name = "c" + String((0..<6).map { _ in letters[Int.random(in: letters.indices)] })
      let file = openat(
        descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
      if file >= 0 { return (name, file) }
      guard errno == EEXIST || errno == EINTR else { throw Trouble(code: errno) }
    }
  }

  /// Writes and closes it; a full disk may tell as late as that.
  private func fill(_ file: Int32, _ bytes: [UInt8]) throws(Trouble) {
    var code = write(bytes, to: file)
    if code == 0 && !giveAway(file) { code = errno }
    if close(file) != 0 && code == 0 { code = errno }
    guard code == 0 else { throw Trouble(code: code) }
  }

  private func write(_ bytes: [UInt8], to file: Int32) -> Int32 {
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes {
        Glibc.write(file, $0.baseAddress, $0.count)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return count < 0 ? errno : ENOSPC }
      offset += count
    }
    return 0
  }

  /// Lets Nagios read the file: one it cannot read it deletes without a word.
  ///
  /// Nagios owns the folder, unless root does, so the file is given to that user. Who is not root
  /// may give it to the group at most, which is enough only when the owner is in it, as `nagios` is
  /// not in the `www-data` of some folders of Debian; else everybody who can enter the folder may
  /// read it.
  private func giveAway(_ file: Int32) -> Bool {
    let isItsOwn =
      fchown(file, owner, group) == 0
      ? owner != 0 : fchown(file, uid_t.max, group) == 0 && isInGroup(owner)
    return fchmod(file, isItsOwn ? 0o640 : 0o644) == 0
  }

  private func isInGroup(_ user: uid_t) -> Bool {
    var (entry, found) = (passwd(), nil as UnsafeMutablePointer<passwd>?)
    var text = [CChar](repeating: 0, count: 16_384)
    guard getpwuid_r(user, &entry, &text, text.count, &found) == 0, found != nil else {
      return false
    }
    var (groups, count) = ([gid_t](repeating: 0, count: 1024), Int32(1024))
    guard getgrouplist(entry.pw_name, entry.pw_gid, &groups, &count) >= 0 else { return false }
    return groups.prefix(Int(count)).contains(group)
  }
}
