import Foundation
import TISBackupTestSupport
import Testing

/// Backups of SQL Server that go wrong are told, and leave nothing here or there.
@Suite("databases of SQL Server, when something is wrong", .scratch)
struct SQLServerFaultTests {
  /// What goes wrong, and what is said of it.
  static let faults: [(fault: SQLServerMachine.Fault, reasons: [String])] = [
    (
      .denied, ["Cannot open backup device", "Access is denied", "account of the server's service"]
    ),
    (.full, ["Msg 3202", "The disk of remote_backup_dir is full"]),
    (.cut, ["Msg 3189", "DBCC CHECKDB"]), (.nothing, ["failed (exit 1)", "remote_backup_dir"]),
    (.text, ["does not begin as a dump does, but with 'Welcome to the server'"]),
    (.verify, ["Msg 3189", "DBCC CHECKDB"]), (.status255, ["failed (exit 1)"]),
  ]

  @Test(arguments: faults)
  func `a server that fails is told, and no backup comes of it`(
    _ fault: (fault: SQLServerMachine.Fault, reasons: [String])
  ) async throws {
    let bench = try await SQLServerSite.start()
    try bench.machine.set(databases: ["shop"], fault: fault.fault)
    try bench.site.configure(bench.machine, "shop")
    let result = try await bench.site.run()
    try await bench.site.expectFailure(result, "'shop'")
    for reason in fault.reasons { #expect(result.stderr.contains(reason), "\(result.stderr)") }
    #expect(bench.files == [])
    bench.expectNothingLeft()
  }

  @Test func `a login, a database or an instance that is not there is told with its key`()
    async throws
  {
    let bench = try await SQLServerSite.start()
    try bench.machine.set(databases: ["shop"], user: "sa", password: "right")
    try bench.site.configure(bench.machine, "shop", "db_user = sa\ndb_password = wrong")
    try await bench.expectFailure("Login failed for user 'sa'", "db_password")
    try bench.site.configure(bench.machine, "shop")
    try await bench.expectFailure("Login failed for user", "without db_user")
    let login = "db_user = sa\ndb_password = right\n"
    try bench.site.configure(bench.machine, "shopp", login)
    try await bench.expectFailure("Msg 911", "Database 'shopp' does not exist", "db_name")
    let tried = try await bench.site.run("--test-connection")
    #expect(tried.status == 2)
    #expect(tried.stdout.contains("there is no database 'shopp' on the server"), "\(tried)")
    try bench.site.configure(bench.machine, "shop", login + "db_server_name = other")
    try await bench.expectFailure("instance-specific", "db_server_name")
    try bench.site.configure(bench.machine, "shop", "db_user = sa")
    try await bench.expectFailure("db_user has no password", "db_password")
    try bench.machine.set(databases: ["shop"], user: "sa", password: "right", fault: .denied)
    try bench.site.configure(bench.machine, "shop", login)
    let denied = try await bench.site.run("--test-connection")
    #expect(denied.status == 2 && denied.stdout.contains("db_backupoperator"), "\(denied)")
  }

  @Test func `a machine without sqlcmd, or without the folder, is told`() async throws {
    let bench = try await SQLServerSite.start()
    try bench.machine.set(databases: ["shop"])
    try bench.site.configure(bench.machine, "shop", "remote_backup_dir = /nowhere/")
    let tried = try await bench.site.run("--test-connection")
    #expect(tried.status == 2 && tried.stdout.contains("'/nowhere/' is no folder"), "\(tried)")
    #expect(tried.stdout.contains("remote_backup_dir"))
    try bench.machine.remove("sqlcmd")
    try bench.site.configure(bench.machine, "shop")
    try await bench.expectFailure("exit 127", "sqlcmd", "command line utilities")
    let lost = try await bench.site.run("--test-connection")
    #expect(lost.stdout.contains("sqlcmd: not found"), "\(lost)")
  }

  @Test func `a login shell that prints a greeting makes it an ERROR`() async throws {
    let bench = try await SQLServerSite.start()
    try bench.machine.set(databases: ["shop"])
    try write("echo 'Welcome to sql1!'\n", to: "\(bench.site.home)/.bashrc")
    try bench.site.configure(bench.machine, "shop")
    try await bench.expectFailure("does not begin", "Welcome to sql1!", "must print nothing")
    #expect(try await bench.site.run("--test-connection").status == 0)
  }

  @Test(arguments: ["idle_timeout = 2s", "timeout = 6s"])
  func `a server that hangs is given up, and its file goes when it ends`(_ limit: String)
    async throws
  {
    let bench = try await SQLServerSite.start()
    try bench.machine.set(databases: ["shop"], fault: .hang)
    try bench.site.configure(bench.machine, "shop", limit + "\nretries = 0")
    let result = try await bench.site.run()
    try await bench.site.expectFailure(
      result, "'shop'", limit.hasPrefix("idle") ? "idle_timeout, 2s" : "its timeout of 6s")
    #expect(bench.files == [])
    try bench.machine.release()
    try await waitUntil("the file is gone") { names(bench.machine.folder) == [] }
  }

  @Test func `a connection that is cut is tried again, and nothing is left of either`() async throws
  {
    let bench = try await SQLServerSite.start()
    try bench.machine.set(databases: ["shop"], fault: .hang)
    try bench.site.configure(bench.machine, "shop", "retries = 1\nretry_delay = 1s")
    async let result = bench.site.run()
    try await waitUntil("the server writes") { names(bench.machine.folder) != [] }
    bench.site.ssh.kill()
    let ended = try await result
    try await bench.site.expectFailure(ended, "'shop'", "ssh exit 255", "(2 attempts)")
    #expect(bench.files == [])
    try bench.machine.release()
    try await waitUntil("the file is gone") { names(bench.machine.folder) == [] }
  }
}
