import Glibc

extension Section {
  /// No password is longer; what is was meant to be another file.
  private static let secretLimit = 65_536

  /// The value of a secret key, or the first line of the file that its `_file` twin names, without
  /// the end of that line; nil when neither is given.
  ///
  /// The value wins where both are given, as ``text(_:)`` has it.
  package func secret(_ key: Key) throws(BackupError) -> String? {
    if let own = values[key.name], !own.text.isEmpty { return own.text }
    let twin = key.name + "_file"
    guard let file = values[twin], !file.text.isEmpty else { return text(key) }
    do throws(BackupError) {
      return try Self.firstLine(of: file.text)
    } catch {
      throw BackupError(
        .configuration, .unusable(twin, in: self, line: file.line, error.message.text),
        hint: error.hint ?? .fillTheFile(twin))
    }
  }

  private static func firstLine(of path: String) throws(BackupError) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { throw .system("cannot read '\(path)'") }
    // A FIFO would wait for ever, and a folder or a device holds no password.
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw BackupError(.configuration, .notAFile(path))
    }
    let line = try SmallFile.bytes(at: path, limit: secretLimit)
      .prefix { $0 != UInt8(ascii: "\n") }
    let bytes = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    guard !bytes.isEmpty else { throw BackupError(.configuration, .emptyLine(path)) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw BackupError(.configuration, .notText(path))
    }
    return text
  }
}

extension BackupError.Message {
  fileprivate static func unusable(
    _ key: String, in section: Section, line: Int, _ problem: String
  ) -> Self {
    "\(section.path):\(line): section [\(section.name)] key '\(key)': \(problem)"
  }
  fileprivate static func fillTheFile(_ key: String) -> Self {
    "Write the secret into the first line of that file, or correct '\(key)'."
  }
  fileprivate static func notAFile(_ path: String) -> Self { "'\(path)' is not a regular file" }
  fileprivate static func emptyLine(_ path: String) -> Self {
    "the first line of '\(path)' is empty"
  }
  fileprivate static func notText(_ path: String) -> Self {
    "the first line of '\(path)' is not UTF-8"
  }
}
