import Foundation

/// A real Nagios 4 with a folder of its own, that loads the stock objects of its package and the
/// object files of a test.
package struct NagiosServer: Sendable {
  package let folder: String
  private var main: String { "\(folder)/nagios.cfg" }
  private var status: String { "\(folder)/status.dat" }

  /// The folder of Debian's plugins, whose commands the stock objects use.
  private static let plugins = "/usr/lib/nagios/plugins"

  /// Writes the main file; `plugin` is what `$USER1$/check_tisbackup` is to be, `more` are further
  /// lines of it.
  package init(in scratch: String, plugin: String, objects: [String: String], more: [String] = [])
    throws
  {
    folder = "\(scratch)/nagios"
    for name in ["objects", "plugins", "results"] { try makeFolder("\(folder)/\(name)") }
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder)/plugins/check_tisbackup", withDestinationPath: plugin)
    for name in names(Self.plugins) where name.hasPrefix("check_") && name != "check_tisbackup" {
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/plugins/\(name)", withDestinationPath: "\(Self.plugins)/\(name)")
    }
    for (name, text) in objects { try write(text, to: "\(folder)/objects/\(name)") }
    try write("$USER1$=\(folder)/plugins\n", to: "\(folder)/resource.cfg")
    try write(configuration + more.map { "\($0)\n" }.joined(), to: main)
  }

  private var configuration: String {
    """
    cfg_dir=/etc/nagios-plugins/config
    cfg_file=/etc/nagios4/objects/commands.cfg
    cfg_file=/etc/nagios4/objects/contacts.cfg
    cfg_file=/etc/nagios4/objects/timeperiods.cfg
    cfg_file=/etc/nagios4/objects/templates.cfg
    cfg_dir=\(folder)/objects
    resource_file=\(folder)/resource.cfg
    log_file=\(folder)/nagios.log
    object_cache_file=\(folder)/objects.cache
    status_file=\(status)
    status_update_interval=1
    state_retention_file=\(folder)/retention.dat
    command_file=\(commandFile)
    query_socket=\(folder)/nagios.qh
    lock_file=\(folder)/nagios.pid
    temp_file=\(folder)/nagios.tmp
    temp_path=\(folder)
    check_result_path=\(results)
    check_result_reaper_frequency=1
    check_for_updates=0
    enable_notifications=0
    execute_host_checks=0
    service_inter_check_delay_method=n
    max_service_check_spread=1
    illegal_object_name_chars=`~!$%^&*|'"<>?,()=
    illegal_macro_output_chars=`~$&|'"<>

    """
  }

  /// What `nagios4 -v` says of the objects.
  package func verify() async throws -> ToolResult {
    try await giveAway()
    return try await program(["/usr/sbin/nagios4", "-v", main])
  }

  /// The FIFO that Nagios reads while it runs.
  package var commandFile: String { "\(folder)/nagios.cmd" }
  /// The folder whose check result files Nagios reaps.
  package var results: String { "\(folder)/results" }

  /// The objects of hosts with services that are only reported, each `host/service`.
  package static func passiveObjects(_ names: [String]) -> String {
    let hosts = Set(names.map { $0.split(separator: "/")[0] }).sorted().map {
      "define host {\n  use linux-server\n  host_name \($0)\n  address 127.0.0.1\n}\n"
    }
    let services = names.map { name in
      let parts = name.split(separator: "/", maxSplits: 1)
      return """
        define service {
          use generic-service
          host_name \(parts[0])
          service_description \(parts[1])
          active_checks_enabled 0
          check_command check-host-alive
          max_check_attempts 1
        }

        """
    }
    return (hosts + services).joined()
  }

  /// Starts Nagios in the background, and waits until it reads its FIFO.
  package func start() async throws {
    try await giveAway()
    try? FileManager.default.removeItem(atPath: commandFile)
    _ = try await program(["/usr/sbin/nagios4", "-d", main])
    for _ in 0..<1500 {
      let reader = open(commandFile, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
      if reader >= 0 {
        close(reader)
        return
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw ServerError.notListening((try? text("\(folder)/nagios.log")) ?? "no nagios.log")
  }

  /// Asks Nagios to end, and waits until it has: it leaves its FIFO behind.
  package func stop() async throws {
    let pid = (try? text("\(folder)/nagios.pid")).flatMap { Int32($0.filter(\.isNumber)) }
    guard let pid else { return }
    kill(pid, SIGTERM)
    for _ in 0..<500 where exists("\(folder)/nagios.pid") {
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Waits until what Nagios knows of a service, `host/service`, is as wanted; gives its fields of
  /// `status.dat`.
  package func waitFor(
    _ name: String,
    _ isWanted: @Sendable ([String: String]) -> Bool = { $0["has_been_checked"] == "1" }
  ) async throws -> [String: String] {
    var last: [String: String]?
    for _ in 0..<1500 {
      last = (try? services())?[name] ?? last
      if let last, isWanted(last) { return last }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw ServerError.notListening("\(name) stays \(last ?? [:])")
  }

  /// Runs Nagios until every service has been checked, and gives what it then knows: the fields of
  /// `status.dat` by `host/service`.
  package func checkAll(_ count: Int) async throws -> [String: [String: String]] {
    try await giveAway()
    _ = try await program(["/usr/sbin/nagios4", "-d", main])
    defer { endSoon() }
    for _ in 0..<1500 {
      let services = (try? self.services()) ?? [:]
      if services.count == count, services.values.allSatisfy({ $0["has_been_checked"] == "1" }) {
        return services
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw ServerError.notListening((try? text("\(folder)/nagios.log")) ?? "no nagios.log")
  }

  /// Nagios gives root up, and needs its folder then; run by anybody else it stays who it is.
  private func giveAway() async throws {
    _ = try await program(["chown", "-R", "nagios:nagios", folder])
  }

  /// Asks Nagios to end without waiting, for what comes after a test that failed.
  package func endSoon() {
    let pid = (try? text("\(folder)/nagios.pid")).flatMap { Int32($0.filter(\.isNumber)) }
    if let pid { kill(pid, SIGTERM) }
  }

  /// The fields of `status.dat` by `host/service`.
  package func services() throws -> [String: [String: String]] {
    var services: [String: [String: String]] = [:]
    for block in try text(status).components(separatedBy: "servicestatus {\n").dropFirst() {
      var fields: [String: String] = [:]
      for line in block.components(separatedBy: "\t}")[0].split(separator: "\n") {
        let parts = line.drop { $0 == "\t" }.split(separator: "=", maxSplits: 1)
        if parts.count == 2 { fields[String(parts[0])] = String(parts[1]) }
      }
      services["\(fields["host_name"] ?? "")/\(fields["service_description"] ?? "")"] = fields
    }
    return services
  }
}
