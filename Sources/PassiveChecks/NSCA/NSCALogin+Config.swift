import Glibc
import TISBackupCore

extension NSCALogin {
  private static let sizeLimit = 65_536

  /// Reads an existing send_nsca.cfg.
  init(configAt path: String, of target: Section) throws(BackupError) {
    let bytes: [UInt8]
    do throws(BackupError) {
      var status = stat()
      guard stat(path, &status) == 0 else { throw .system("cannot read '\(path)'") }
      // A FIFO would wait for ever, and send_nsca reads the file a second time.
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw BackupError(.configuration, .notAFile(path))
      }
      bytes = try SmallFile.bytes(at: path, limit: Self.sizeLimit)
    } catch {
      throw BackupError(
        .configuration, .unreadable(target, error.message.text), hint: error.hint ?? .nameIt)
    }
    try self.init(parsing: bytes, path: path)
  }

  /// Reads lines as send_nsca does: no blanks around `=` are taken away, a key is whatever has its
  /// name in it, and the last of several counts.
  init(parsing bytes: [UInt8], path: String) throws(BackupError) {
    self.init(password: [], method: 1)
    for (index, line) in bytes.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated()
    where !line.isEmpty && line.first != UInt8(ascii: "#") {
      let place = "\(path):\(index + 1)"
      let (name, value) = try Self.setting(line, place)
      if name.contains("password") {
        password = try Self.password(value, place)
      } else if name.contains("encryption_method") {
        method = try Self.method(value, place)
      } else {
        throw BackupError(.configuration, .unknownSetting(place, name), hint: .knownSettings)
      }
    }
  }

  private static func setting(_ line: ArraySlice<UInt8>, _ place: String) throws(BackupError)
    -> (String, ArraySlice<UInt8>)
  {
    // strtok passes over `=` before a name, and then takes away just one.
    let rest = line.drop { $0 == UInt8(ascii: "=") }
    let name = rest.prefix { $0 != UInt8(ascii: "=") }
    let value = rest.dropFirst(name.count + 1)
    guard !name.isEmpty, !value.isEmpty, !line.contains(0) else {
      throw BackupError(.configuration, .noSetting(place), hint: .knownSettings)
    }
    return (String(decoding: name, as: UTF8.self), value)
  }

  private static func password(_ value: ArraySlice<UInt8>, _ place: String) throws(BackupError)
    -> [UInt8]
  {
    guard let problem = SubmitterType.problem(withNSCAPassword: Array(value)) else {
      return Array(value)
    }
    throw BackupError(
      .configuration, .badSetting(place, problem.message), hint: .init(problem.hint))
  }

  /// A number as `atoi` has it, save that what is none is not 0, which would be no encryption.
  private static func method(_ value: ArraySlice<UInt8>, _ place: String) throws(BackupError) -> Int
  {
    let digits = value.drop { $0 == 0x20 || $0 == 0x09 }.prefix { (0x30...0x39).contains($0) }
    let text = String(decoding: digits, as: UTF8.self)
    guard let method = Int(text), SubmitterType.nscaMethods.contains(method) else {
      throw BackupError(.configuration, .badMethod(place), hint: .knownMethods)
    }
    return method
  }
}

extension BackupError.Message {
  fileprivate static func notAFile(_ path: String) -> Self { "'\(path)' is not a regular file" }
  fileprivate static func unreadable(_ target: Section, _ reason: String) -> Self {
    "\(target.place(of: .nscaConfig)): section [\(target.name)] key 'config': \(reason)"
  }
  fileprivate static let nameIt: Self =
    "Name an existing send_nsca.cfg with 'config', or give 'password' and 'method' instead."
  fileprivate static func noSetting(_ place: String) -> Self { "\(place): is no setting" }
  fileprivate static func badSetting(_ place: String, _ problem: String) -> Self {
    "\(place): \(problem)"
  }
  fileprivate static func unknownSetting(_ place: String, _ name: String) -> Self {
    "\(place): unknown setting '\(name)'"
  }
  fileprivate static let knownSettings: Self = """
    send_nsca knows lines of 'password=...' and 'encryption_method=...', without blanks around '=', \
    and comments that begin with '#' in the first column.
    """
  fileprivate static func badMethod(_ place: String) -> Self {
    "\(place): encryption_method is none that can be used"
  }
  fileprivate static let knownMethods = Self(
    "Use one of "
      + SubmitterType.nscaMethods.sorted().map(String.init).joined(separator: ", ")
      + ", that of decryption_method in nsca.cfg.")
}
