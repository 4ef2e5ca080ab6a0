import TISBackupCore

/// What a monitoring server must know of a backup server: pure, so that every text is a test.
package struct MonitoredSite: Sendable, Equatable {
  /// The host object of the backup server.
  package var backupServer: String
  /// Whether host objects are made elsewhere, so that none may be printed.
  package var hasHosts: Bool
  package var path: String
  /// The sections in the order of the ini; none shares the name of its service with another.
  package var sections: [MonitoredSection]

  package init(
    _ configuration: Configuration, sections: [Section], backupServer: String,
    hasHosts: Bool = false
  ) {
    let own = SafeName.host(backupServer)
    (self.backupServer, self.hasHosts) = (own, hasHosts)
    path = configuration.path
    var hosts = [own.lowercased(): own]
    var names: Set<String> = []
    self.sections = sections.map { section in
      var monitored = MonitoredSection(section, problem: configuration.errors(of: section).first)
      // Host names know no case: WEB1 and web1 are one machine, written as it was first.
      let host = SafeName.host(section.server)
      monitored.host =
        host.isEmpty ? own : hosts.value(for: host.lowercased(), orSet: host)
      monitored.serviceName = SafeName.unique(SafeName.service(section.name), among: &names)
      return monitored
    }
  }

  /// The hosts the services hang on, without the backup server, each once.
  package var protectedHosts: [String] {
    var seen: Set = [backupServer]
    return backedUp.map(\.host).filter { seen.insert($0).inserted }
  }

  /// Whether the backup server backs itself up, or hosts the services of a section without server.
  package var protectsItself: Bool { backedUp.contains { $0.host == backupServer } }

  /// The sections that get a service.
  package var backedUp: [MonitoredSection] { sections.filter { !$0.isByDesignWithoutBackup } }

  /// The machine a host stands for, to connect to; its name where the ini says none.
  package func address(of host: String) -> String {
    backedUp.first { $0.host == host && !$0.server.isEmpty }.map { SafeName.host($0.server) }
      ?? host
  }

  /// The ini file, where it is not the one the plugin reads by itself.
  package var unusualPath: String? { path == Configuration.defaultPath ? nil : path }
}

extension Dictionary {
  /// The value of a key, which is `fallback` from now on if there was none.
  fileprivate mutating func value(for key: Key, orSet fallback: Value) -> Value {
    if let value = self[key] { return value }
    self[key] = fallback
    return fallback
  }
}
