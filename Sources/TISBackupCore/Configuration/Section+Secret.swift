extension Section {
  /// The value of a secret key: given as such, or the first line of the file that `<key>_file` names.
  ///
  /// Nil when neither is given; throws when the file cannot be read, or its first line is empty.
  package func secret(_ key: Key) throws(BackupError) -> String? {
    if let own = values[key.name]?.text, !own.isEmpty { return own }
    let fileKey = "\(key.name)_file"
    guard let path = values[fileKey]?.text, !path.isEmpty else { return text(key) }
    let place = "\(self.path):\(values[fileKey]?.line ?? line): section [\(name)] key '\(fileKey)'"
    do throws(BackupError) {
      let content = try SmallFile.text(at: path, limit: 65_536)
      if let first = content.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        .first.map({ $0.hasSuffix("\r") ? String($0.dropLast()) : String($0) }), !first.isEmpty
      {
        return first
      }
    } catch {
      throw BackupError(.configuration, .init("\(place): \(error.message.text)"), hint: error.hint)
    }
    throw BackupError(
      .configuration, .init("\(place): the first line of '\(path)' is empty"),
      hint: "Write the secret into the first line of that file.")
  }
}
