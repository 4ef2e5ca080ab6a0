import Foundation
import TISBackupTestSupport
import Testing

/// The rules of the API that the stand-in for Xen hosts keeps.
@Suite(.scratch) struct XAPIRulesTests {
  @Test(arguments: [
    "", "{", "[]", "null", #"{"method":"VM.get_all","id":1}"#,
    #"{"jsonrpc":"2.0","method":"VM.get_all","params":[]}"#,
    #"{"jsonrpc":"2.0","method":"VM.get_all","params":[],"id":null}"#,
    #"{"jsonrpc":"3.0","method":"VM.get_all","params":[],"id":1}"#,
    #"{"jsonrpc":"2.0","method":"VM.get_all","params":"x","id":1}"#,
    #"{"method":"VM.get_all","params":{},"id":1}"#, "<methodCall/>",
  ])
  func `what is no request gets a page of code 500`(body: String) async throws {
    let host = try await XAPIHost.start(in: ScratchDirectory.path)
    for path in ["/jsonrpc", "/", "/RPC2"] {
      let answer = try await XAPIClient(strangerTo: host).post(body, to: path)
      #expect(answer.code == "500" && answer.text.hasPrefix("<html>"), "\(path)")
    }
    #expect(host.story == "")
  }

  @Test(arguments: [
    (
      #"{"jsonrpc":"2.0","method":"VM.get_all","id":"a","params":["x"]}"#,
      #"{"jsonrpc": "2.0", "error": {"code": 1, "message": "SESSION_INVALID", "data": ["x"]}, "id": "a"}"#
    ),
    (
      #"{"method":"VM.get_all","id":7,"params":["x"]}"#,
      #"{"result": null, "error": ["SESSION_INVALID", "x"], "id": 7}"#
    ),
    (
      #"{"jsonrpc":"2.0","method":"session.logout","id":1}"#,
      #"{"jsonrpc": "2.0", "error": {"code": 1, "message": "MESSAGE_PARAMETER_COUNT_MISMATCH", "data": ["session.logout", "0", "-1"]}, "id": 1}"#
    ),
  ])
  func `errors have the form of the version that asked`(body: String, expected: String)
    async throws
  {
    let host = try await XAPIHost.start(in: ScratchDirectory.path)
    #expect(try await XAPIClient(strangerTo: host).post(body).text == expected)
  }

  @Test func `a host that boots answers with a bare list`() async throws {
    let host = try await XAPIHost.start(in: ScratchDirectory.path, faults: [.booting])
    let body = #"{"jsonrpc":"2.0","method":"VM.get_all","id":5,"params":["x"]}"#
    let answer = try await XAPIClient(strangerTo: host).post(body)
    #expect(answer.text == #"{"jsonrpc": "2.0", "error": ["HOST_STILL_BOOTING"], "id": 0}"#)
  }

  @Test func `a machine goes with its drives and cards, and its disks stay`() async throws {
    let host = try await XAPIHost.start(in: ScratchDirectory.path)
    let client = try await XAPIClient(host)
    let snapshot = try await client.snapshot("web1")
    let drive = try await client.call("VM.get_VBDs", snapshot)[0]?.string ?? ""
    let disk = try await client.call("VBD.get_VDI", quoted(drive)).string ?? ""
    #expect(try host.leftovers.snapshots == ["s"])
    #expect(try await client.outcome("VM.destroy", snapshot) == "ok")
    #expect(try await client.outcome("VBD.get_record", quoted(drive)) == "HANDLE_INVALID")
    #expect(try await client.outcome("VDI.get_record", quoted(disk)) == "ok")
    #expect(try host.leftovers.disks.count == 2)
    #expect(try await client.outcome("VDI.destroy", quoted(disk)) == "ok")
    #expect(try host.leftovers.disks.count == 1)
  }

  @Test func `a disk in use is not destroyed`() async throws {
    let host = try await XAPIHost.start(in: ScratchDirectory.path)
    let client = try await XAPIClient(host)
    let drives = try await client.call("VM.get_VBDs", try await client.machine("web1"))
    let disk = try await client.call("VBD.get_VDI", quoted(drives[0]?.string ?? ""))
    #expect(try await client.outcome("VDI.destroy", quoted(disk.string ?? "")) == "VDI_IN_USE")
  }

  @Test(arguments: [
    ("ext", 17, "ok"), ("ext", 13, "ok"), ("lvm", 17, "ok"), ("lvm", 13, "SR_FULL"),
  ])
  func `a snapshot needs room where the storage gives it all at once`(
    type: String, megabytes: Int, expected: String
  ) async throws {
    // In the smaller one there is room for half of it.
    let disk = XAPIPool.Disk(4 << 20)
    var pool = XAPIPool([XAPIPool.Machine("vm", disks: [disk, disk])])
    pool.storages = [XAPIPool.Storage("Local", size: megabytes << 20, type: type)]
    let host = try await XAPIHost.start(in: ScratchDirectory.path, pool: pool)
    let client = try await XAPIClient(host)
    let machine = try await client.machine("vm")
    #expect(try await client.outcome("VM.snapshot", "\(machine),\"s\"") == expected)
    let copied = try await client.outcome("VM.copy", "\(machine),\"c\",\"OpaqueRef:NULL\"")
    #expect(copied == (megabytes == 17 && type == "ext" ? "ok" : "SR_FULL"))
    // Half a snapshot is none.
    #expect(try host.leftovers.disks == [])
  }

  @Test func `copies lie where they are told to, with all disks and a new card`() async throws {
    let host = try await XAPIHost.start(in: ScratchDirectory.path)
    let client = try await XAPIClient(host)
    let snapshot = try await client.snapshot("web1")
    let storage = try await client.call("SR.get_by_name_label", quoted("Backups"))[0]?.string ?? ""
    let copy = try await client.call("VM.copy", "\(snapshot),\"zzz\",\(quoted(storage))")
    let record = try await client.call("VM.get_record", quoted(copy.string ?? ""))
    #expect(record["is_a_snapshot"] == .flag(false) && record["is_a_template"] == .flag(true))
    let disks = try await client.call("SR.get_VDIs", quoted(storage))
    #expect(disks.items.count == 2)
    #expect(record["VIFs"]?.items.count == 1 && record["VBDs"]?.items.count == 3)
  }

  @Test func `cards are made and destroyed`() async throws {
    let host = try await XAPIHost.start(in: ScratchDirectory.path)
    let client = try await XAPIClient(host)
    let network = try await client.call("network.get_all")[0]?.string ?? ""
    let machine = try await client.machine("db1")
    func create(_ more: String) async throws -> JSON {
      try await client.call(
        "VIF.create",
        #"{"device":"0","network":"\#(network)","VM":\#(machine),"MTU":1500,"other_config":{}\#(more)}"#
      )
    }
    #expect(try await create("")[0] == .text("INTERNAL_ERROR"))
    let rest = #","MAC":"","qos_algorithm_type":"","qos_algorithm_params":{}"#
    let card = quoted(try await create(rest).string ?? "")
    #expect(try await create(rest)[0] == .text("DEVICE_ALREADY_EXISTS"))
    let record = try await client.call("VIF.get_record", card)
    #expect(record["MAC_autogenerated"] == .flag(true) && record["MAC"]?.string?.count == 17)
    #expect(try await client.outcome("VIF.destroy", card) == "ok")
    #expect(try await client.call("VM.get_VIFs", machine) == .list([]))
  }

  @Test func `what was done survives a restart, sessions and tasks do not`() async throws {
    let host = try await XAPIHost.start(in: ScratchDirectory.path)
    let client = try await XAPIClient(host)
    let before = try await host.fingerprint()
    _ = try await client.snapshot("web1")
    _ = try await client.call("task.create", #""t","""#)
    try await host.restart(newCertificates: true)
    #expect(try await host.fingerprint() != before)
    #expect(try await client.outcome("VM.get_all") == "SESSION_INVALID")
    #expect(try host.records("VM", named: "s").count == 1)
    #expect(try host.leftovers.snapshots == ["s"] && host.leftovers.tasks == [])
  }

  @Test(arguments: [true, false])
  func `its certificate is its own, or signed by an authority`(isSigned: Bool) async throws {
    let authority = try await TestCA(in: ScratchDirectory.path)
    let host = try await XAPIHost.start(
      in: ScratchDirectory.path, authority: isSigned ? authority : nil)
    let trusted = isSigned ? authority.file : host.certificate()
    for (file, status) in [(trusted, 0), ("/etc/ssl/certs/ca-certificates.crt", 60)] {
      let told = try await program(["curl", "-s", "--cacert", file, host.url() + "/jsonrpc"])
      #expect(told.status == status)
    }
  }

  @Test func `the log tells every call and no password`() async throws {
    let host = try await XAPIHost.start(in: ScratchDirectory.path)
    let client = try await XAPIClient(host)
    _ = try await client.outcome("VM.explode")
    _ = try await XAPIClient(strangerTo: host).get("/export?uuid=x", into: "/dev/null")
    let calls = try host.calls
    #expect(calls.map(\.method) == ["session.login_with_password", "VM.explode", "GET /export"])
    #expect(calls.map(\.outcome) == ["ok", "MESSAGE_METHOD_UNKNOWN", "401"])
    #expect(calls.map(\.hasSession) == [false, true, false])
    #expect(calls[2].parameters["uuid"] == .text("x") && calls[0].parameters[0] == .text("root"))
    #expect(!(try text(host.folder + "/calls.log").contains(host.pool.settings.password)))
    #expect(try host.leftovers.sessions == [client.session])
  }

  @Test func `the database is on the master only, and minimal in an upgrade`() async throws {
    var pool = XAPIPool.sample
    pool.size = 2
    let host = try await XAPIHost.start(in: ScratchDirectory.path, pool: pool)
    let client = try await XAPIClient(host)
    let file = ScratchDirectory.path + "/db.xml"
    #expect(try await client.get("/pool/xmldbdump?", into: file).code == "200")
    let whole = try text(file)
    #expect(whole.hasPrefix("<?xml") && whole.hasSuffix("</database>"))
    #expect(whole.contains(#"name__label="web1""#) && whole.contains("(('mac_seed'%.'"))
    #expect(try await client.get("/pool/xmldbdump?", into: file, of: 1).code == "200")
    #expect(try text(file).hasPrefix("HTTP/1.1 500"))
    try host.set(faults: [.minimalDatabase])
    #expect(try await client.get("/pool/xmldbdump?", into: file).code == "200")
    #expect(try text(file).contains(#"<table name="VM"/>"#))
  }

  @Test func `nobody streams without a session`() async throws {
    let host = try await XAPIHost.start(in: ScratchDirectory.path)
    let stranger = XAPIClient(strangerTo: host)
    for path in ["/export?uuid=x", "/export_metadata?all=true", "/pool/xmldbdump?"] {
      #expect(try await stranger.get(path, into: "/dev/null").code == "401")
    }
    #expect(try await stranger.get("/nowhere?", into: "/dev/null").code == "404")
    let settings = host.pool.settings
    for (password, code) in [(settings.password, "200"), ("x", "401")] {
      let told = try await program(
        ["curl", "-sk", "-K", "-", "-o", "/dev/null", "-w", "%{http_code}"],
        input: "url=\(host.url())/export_metadata?all=true\nuser=\(settings.user):\(password)\n")
      #expect(told.stdout == code)
    }
  }
}
