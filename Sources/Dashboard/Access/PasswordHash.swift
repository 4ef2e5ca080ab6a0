import CCrypt
import Glibc
import TISBackupCore

/// Salted, slow hashes of passwords: yescrypt, as `crypt(5)` describes it and `mkpasswd(1)` makes it.
package enum PasswordHash {
  /// `$y$j9T$...`; about a twentieth of a second and 16 MiB for each guess.
  private static let prefix = "$y$"

  /// Hashes a password with a salt of its own; throws when the system cannot.
  package static func make(_ password: String) throws(BackupError) -> String {
    guard let setting = crypt_gensalt_ra(prefix, 0, nil, 0) else {
      throw .system("cannot make a salt")
    }
    defer { free(setting) }
    guard let hash = hash(password, String(cString: setting)) else {
      throw .system("cannot hash a password")
    }
    return hash
  }

  /// Whether a password is that of a hash; takes as long whatever the answer is.
  package static func matches(_ password: String, _ hash: String) -> Bool {
    guard isUsable(hash), let made = Self.hash(password, hash) else { return false }
    return RandomText.areEqual(made, hash)
  }

  /// Whether a text is a hash that a password can be compared with.
  ///
  /// Those that `crypt(5)` calls weak are refused, as is an empty one, which would let everybody in.
  package static func isUsable(_ hash: String) -> Bool {
    crypt_checksalt(hash) == CRYPT_SALT_OK
  }

  private static func hash(_ password: String, _ setting: String) -> String? {
    var data: UnsafeMutableRawPointer?
    var size: Int32 = 0
    defer {
      // It holds the password.
      if let data { explicit_bzero(data, Int(size)) }
      free(data)
    }
    guard let result = crypt_ra(password, setting, &data, &size), result[0] != 0x2a else {
      return nil
    }
    return String(cString: result)
  }
}
