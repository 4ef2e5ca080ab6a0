import Foundation
import TISBackupTestSupport
import Testing

/// The judge of our stand-in for Xen hosts: Python's official client.
@Suite(.scratch) struct XAPIOfficialClientTests {
  @Test func `the official client finds everything as on a real pool`() async throws {
    var pool = XAPIPool.sample
    (pool.size, pool.settings.polls) = (2, 3)
    let host = try await XAPIHost.start(in: ScratchDirectory.path, pool: pool)
    let archive = ScratchDirectory.path + "/judged.xva"
    let told = try await dialogue(with: host, archive: archive)
    for (subject, expected) in Self.expected {
      #expect(told[subject] == (try JSON(parsing: expected)), "\(subject)")
    }
    #expect(told["slave"] == .list([.text("HOST_IS_SLAVE"), .text(host.address())]))
    #expect(told["master"] == .text(host.address()))
    #expect(told.keys.count == Self.expected.count + 2)
    let listed = try await program(["tar", "tf", archive])
    #expect(listed.status == 0 && listed.stdout.hasPrefix("ova.xml\n"))
    #expect(host.story == "")
    #expect(try host.leftovers.snapshots == [])
    #expect(try host.leftovers.sessions == [])
  }

  private static let expected = [
    "wrong password": #"["SESSION_AUTHENTICATION_FAILED","root","Authentication failure"]"#,
    "API version": #""2.21""#,
    "record": """
    {"name_label":"web1","power_state":"Running","is_a_template":false,"is_a_snapshot":false,
     "memory_static_max":"1073741824","snapshot_of":"OpaqueRef:NULL","snapshots":[],
     "current_operations":{}}
    """,
    "types": """
    {"VBDs":"list","other_config":"dict","tags":"list","snapshot_time":"DateTime",
     "is_a_template":"bool","VCPUs_max":"str","affinity":"str"}
    """,
    "disks": #"["3000000","5242880"]"#,
    "same uuid": "true",
    "templates": #"["Other install media","golden"]"#,
    "task": #""success""#,
    "snapshot": """
    {"name_label":"judged","power_state":"Halted","is_a_template":true,"is_a_snapshot":true}
    """,
    "snapshots": "[true,true]",
    "key twice": #"["MAP_DUPLICATE_KEY","VM","other_config"]"#,
    "failures": """
    {"another class":["HANDLE_INVALID","VDI","VM"],"unknown uuid":["UUID_INVALID","VM","none"],
     "unknown method":["MESSAGE_METHOD_UNKNOWN","VM.explode"],
     "too few parameters":["MESSAGE_PARAMETER_COUNT_MISMATCH","VM.snapshot","2","1"],
     "destroy running":["VM_BAD_POWER_STATE","VM","halted, suspended","running"],
     "copy running":["VM_BAD_POWER_STATE","VM","halted, suspended","running"],
     "start running":["VM_BAD_POWER_STATE","VM","halted","running"],
     "snapshot of a snapshot":["VM_IS_SNAPSHOT","SNAPSHOT","snapshot"],
     "wrong type":["FIELD_TYPE_ERROR","value"]}
    """,
    "no such name": "[]",
    "export": #"[200,10,null,"application/octet-stream",true]"#,
    "export task": #""success""#,
    "disks stay": "[true,true]",
    "gone": #"["HANDLE_INVALID","HANDLE_INVALID"]"#,
    "power": #""Running""#,
    "after logout": #""SESSION_INVALID""#,
  ]

  /// Runs the dialogue with the client that contrib/test installed.
  private func dialogue(with host: XAPIHost, archive: String) async throws -> JSON {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    let root = folder.deletingLastPathComponent().deletingLastPathComponent().path
    let told = try await program(
      [
        "/usr/bin/python3", "-B", folder.path + "/OfficialClient/dialogue.py", host.address(1),
        archive,
      ], environment: ["PYTHONPATH": root + "/.build/test-python"],
      input: host.pool.settings.password)
    try #require(told.status == 0, "\(told.stderr)")
    return try JSON(parsing: told.stdout)
  }
}
