import BackupDrivers
import Foundation
import OutsideWorld
import TISBackupCore
import TISBackupTestSupport
import Testing

/// Whose certificate is taken for that of a Xen host.
@Suite(.scratch)
struct XenCertificateTests {
  /// Logs in and out.
  private func found(_ bench: XenBench, _ more: String = "") async throws -> [String] {
    try await BackupDrivers.make(try bench.section("xen-xva", more))
      .testConnection(using: bench.world)
  }

  private func failure(_ bench: XenBench, _ more: String = "") async -> BackupError? {
    await #expect(throws: BackupError.self) { try await found(bench, more) }
  }

  @Test func `the first one is remembered by a run, and another one is refused`() async throws {
    let bench = try await XenBench.start()
    let section = try bench.section("xen-xva")
    try await bench.backUp(section)
    let first = try #require(bench.certificates.fingerprint(of: bench.host.address()))
    #expect(try await colons(bench) == first)
    #expect(
      bench.notes.texts().contains {
        $0.hasPrefix("the certificate of \(bench.host.address()) is seen for the first time")
          && $0.hasSuffix("\(first): remembered in '\(bench.certificates.path)'")
      })
    try await bench.host.restart(newCertificates: true)
    let calls = try bench.host.calls.count
    let error = await bench.failure(section)
    #expect(error?.code == .refused)
    #expect(error?.message.text.contains("shows another certificate than the first time") == true)
    #expect(error?.message.text.contains("not \(first)") == true)
    #expect(
      error?.hint?.text.contains(
        "remove the line of '\(bench.host.address())' from '\(bench.certificates.path)'") == true)
    // The password was not said to it.
    #expect(try bench.host.calls.count == calls)
    try FileManager.default.removeItem(atPath: bench.certificates.path)
    #expect(try await bench.backUp(section).status == .ok)
  }

  /// The fingerprint as it is remembered.
  private func colons(_ bench: XenBench) async throws -> String {
    try await bench.host.fingerprint().replacing(":", with: "").lowercased()
  }

  @Test func `a fingerprint in the ini counts, written as anybody writes it`() async throws {
    let bench = try await XenBench.start()
    let shown = try await bench.host.fingerprint()
    for form in [shown, shown.lowercased(), shown.replacing(":", with: "")] {
      #expect(try await found(bench, "tls_fingerprint = \(form)").count == 2)
    }
    #expect(bench.certificates.fingerprint(of: bench.host.address()) == nil)
    let other = String(repeating: "ab:", count: 31) + "cd"
    let error = await failure(bench, "tls_fingerprint = \(other)")
    #expect(error?.code == .refused)
    #expect(error?.message.text.contains("another certificate than 'tls_fingerprint' says") == true)
  }

  @Test(arguments: ["", "abc", "zz", String(repeating: "ab:", count: 30) + "cd"])
  func `what is no fingerprint is refused before anything is asked`(_ text: String) throws {
    guard !text.isEmpty else { return }
    let section = try Configuration.section(
      """
      [vm]
      type = xen-xva
      server_name = web1
      xcphost = 192.0.2.1
      password_file = /etc/xen
      tls_fingerprint = \(text)
      """)
    let error = #expect(throws: BackupError.self) { try BackupDrivers.make(section) }
    #expect(error?.code == .configuration)
    #expect(error?.message.text.contains("section [vm] key 'tls_fingerprint': '\(text)'") == true)
    #expect(error?.hint != nil)
  }

  @Test func `a CA counts for the hosts it signed, and for no other`() async throws {
    let authority = try await TestCA(in: ScratchDirectory.path)
    let bench = try await XenBench.start(authority: authority)
    #expect(try await found(bench, "tls_ca_file = \(authority.file)").count == 2)
    #expect(bench.certificates.fingerprint(of: bench.host.address()) == nil)
    let other = try await TestCA(in: ScratchDirectory.path)
    let error = await failure(bench, "tls_ca_file = \(other.file)")
    #expect(error?.code == .refused)
    #expect(error?.message.text.contains("has no trusted certificate") == true)
    let missing = await failure(bench, "tls_ca_file = /nowhere/ca.pem")
    #expect(missing?.code == .configuration)
    #expect(missing?.hint?.text.contains("tls_ca_file") == true)
  }

  @Test func `anybody is believed only where that is written, and then it is told`() async throws {
    let bench = try await XenBench.start()
    try await bench.backUp(try bench.section("xen-xva"))
    try await bench.host.restart(newCertificates: true)
    let section = try bench.section("xen-xva", "tls_verify = no")
    #expect(try await bench.backUp(section).status == .ok)
    #expect(bench.notes.texts(.warning).contains { $0.hasPrefix("tls_verify = no: nobody knows") })
  }

  @Test(arguments: [
    ("password_file = /nowhere/xen", "cannot read '/nowhere/xen'"), ("", "no login and password"),
  ])
  func `a login that is not there is told with its key and its line`(
    _ line: String, _ words: String
  ) async throws {
    let bench = try await XenBench.start()
    let section = try bench.section("xen-xva", line)
    _ = try bench.passwordFile("root\n")
    let error = await bench.failure(section)
    #expect(error?.code == .configuration)
    #expect(error?.message.text.contains("key 'password_file' at tisbackup-config.ini:") == true)
    #expect(error?.message.text.contains(words) == true, "\(error?.description ?? "")")
    #expect(error?.hint?.text.contains("line one") == true, "\(error?.description ?? "")")
  }

  @Test func `a wrong password is told apart from a host that does not answer`() async throws {
    let bench = try await XenBench.start()
    let section = try bench.section("xen-xva")
    _ = try bench.passwordFile("root\nwrong\n")
    let wrong = await bench.failure(section)
    #expect(wrong?.code == .refused)
    #expect(wrong?.message.text.contains("SESSION_AUTHENTICATION_FAILED") == true)
    let silent = try SilentServer()
    let slow = try bench.section("xen-xva", "xcphost = localhost:\(silent.port)")
    // Only the question for the certificate is asked; it has a limit of its own.
    let hanging = await bench.failure(slow)
    #expect(hanging?.code == .transport, "\(hanging?.description ?? "")")
    #expect(hanging?.message.text.contains("was too slow") == true)
    let nobody = try bench.section("xen-xva", "xcphost = localhost:\(try freePort())")
    let refused = await bench.failure(nobody)
    #expect(refused?.code == .transport)
    #expect(refused?.message.text.contains("does not answer") == true)
  }
}
