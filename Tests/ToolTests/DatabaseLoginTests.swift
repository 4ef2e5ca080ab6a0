import Foundation
import TISBackupTestSupport
import Testing

/// The ways to become one who may dump.
@Suite(.scratch)
struct DatabaseLoginTests {
  private let scratch = ScratchDirectory.path

  @Test func `PostgreSQL is dumped as postgres, with a password, or with that of a .pgpass`()
    async throws
  {
    let server = try await PostgreSQLServer.start(in: scratch, superuser: true)
    let file = try write(
      "*:\(server.port):*:backup:\(server.password)\n", to: "\(scratch)/pgpass", mode: 0o600)
    let site = try await DatabaseSite.start(environment: ["PGPASSFILE": file])
    try await server.fill("the shop", rows: 30)
    var sizes: Set<String> = []
    for login in [
      "", "db_user = backup\ndb_passwd = \(server.password)", "db_user = backup",
      "db_user = backup\ndb_host = 127.0.0.1",
    ] {
      try site.configure(server, login)
      let test = try await site.run("--test-connection")
      #expect(test.status == 0, "\(login): \(test.stdout)")
      #expect(test.stdout.contains("the server is PostgreSQL 1"))
      #expect(test.stdout.contains("would dump 'postgres', 'the shop', and the roles"))
      let result = try await site.run()
      #expect(result.status == 0, "\(login): \(result.stderr)")
      sizes.insert(try await site.rows("total_files_count").last ?? "")
      site.expectNothingLeft()
    }
    #expect(sizes == ["3"])
  }

  @Test func `PostgreSQL is dumped by postgres itself, and by others through sudo`() async throws {
    let server = try await PostgreSQLServer.start(in: scratch)
    let site = try await DatabaseSite.start(usesPAM: true)
    try await server.fill("the shop", rows: 30)
    // The word of the section stands in the command; who logs in is root, who may sudo.
    let known = "ssh_options = UserKnownHostsFile=\(site.ssh.knownHosts)"
    for (login, command) in [
      ("remote_user = postgres", "-- postgres@127.0.0.1 'pg_dump "),
      ("remote_user = backup\n\(known) User=root", "'sudo -n -u postgres -- pg_dump "),
    ] {
      try site.configure(server, login)
      let preview = try await site.run("--dry-run")
      #expect(preview.stdout.contains(command), "\(preview.stdout)")
      let result = try await site.run()
      #expect(result.status == 0, "\(login): \(result.stderr)")
    }
    #expect(try await site.rows("status, total_files_count") == ["OK|3", "OK|3"])
  }

  @Test func `MariaDB is reached by its socket, by an address, and by a name and a port`()
    async throws
  {
    let server = try await MariaDBServer.start(in: scratch, user: #"o'n "ü\"#)
    let site = try await DatabaseSite.start()
    try await server.fill("shop", rows: 30)
    for place in [
      "db_host = \(server.socket)", "db_host = 127.0.0.1\ndb_port = \(server.port)",
      "db_host = localhost\ndb_port = \(server.port)", "db_host =\ndb_port = \(server.port)",
    ] {
      try site.configure(server, place)
      let test = try await site.run("--test-connection")
      #expect(test.status == 0, "\(place): \(test.stdout)")
      #expect(test.stdout.contains("would dump 'shop'"))
      let result = try await site.run()
      #expect(result.status == 0, "\(place): \(result.stderr)")
    }
  }
}
