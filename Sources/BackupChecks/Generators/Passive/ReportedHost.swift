import TISBackupCore

/// A host that results are reported for, with its services.
package struct ReportedHost: Sendable, Equatable {
  package var name: String
  /// The machine it stands for, to connect to.
  package var address: String
  package var services: [ReportedService]

  /// Takes the only machine whose backups are told there for its address, else its own name.
  init(_ name: String, _ services: [ReportedService], backupServer: String) {
    let servers = Set(services.filter { $0.subject.kind == .backup }.map(\.server))
    let only = servers.count == 1 && name != backupServer ? servers.first : nil
    let machine = only.flatMap { $0.isEmpty ? nil : $0 } ?? name
    (self.name, address, self.services) = (name, SafeName.host(machine), services)
  }
}
