import TISBackupCore

extension SwitchModel {
  /// How a section has it reached, and at which port.
  func transport(of section: Section) throws(BackupError) -> (Transport, port: Int) {
    let port = try section.number(.switchPort)
    guard let word = section.text(.switchTransport) else {
      return (transport, port ?? transport.defaultPort)
    }
    guard let transport = Transport(rawValue: word.lowercased()),
      transport.isWeb == self.transport.isWeb
    else {
      throw BackupError(
        .configuration, .transport(word, self, in: section), hint: .transports(self))
    }
    return (transport, port ?? transport.defaultPort)
  }
}

extension Section {
  /// The name or address of its switch, an IPv6 address without brackets.
  func switchAddress() throws(BackupError) -> String {
    let host = try require(.switchAddress)
    return host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
  }
}

extension BackupError.Message {
  fileprivate static func transport(
    _ word: String, _ model: SwitchModel, in section: Section
  ) -> Self {
    "\(section.place(of: .switchTransport)): section [\(section.name)] key 'switch_transport': '\(word)' is not for a \(model.name)"
  }
  fileprivate static func transports(_ model: SwitchModel) -> Self {
    model.transport.isWeb
      ? "Write http or https: it has web pages." : "Write telnet or ssh: it has a command line."
  }
}
