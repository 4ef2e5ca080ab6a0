import OutsideWorld
import TISBackupCore
import Testing

@testable import BackupDrivers

/// How a Xen host is asked, word by word.
struct XAPIConnectionTests {
  private func lines(connectLimit: Int = 15, usesProxy: Bool = false) throws -> [String] {
    let connection = XAPIConnection(
      section: "vm", address: try #require(XenAddress("xen1.example.com")),
      trust: .key("sha256//x="),
      usesProxy: usesProxy, connectLimit: connectLimit)
    let invocation = try connection.invocation(
      "session.login_with_password", ["root", "s3cret"])
    #expect(invocation.program == "curl" && invocation.arguments == ["-q", "-K", "-"])
    #expect(invocation.environment.isEmpty)
    guard case .bytes(let bytes) = invocation.input else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test func `connect_timeout holds for every question`() throws {
    #expect(try lines(connectLimit: 3).contains(#"connect-timeout = "3""#))
    #expect(try lines(connectLimit: 40).contains(#"connect-timeout = "40""#))
  }

  @Test func `the key of the certificate and the proxy are told with each`() throws {
    #expect(try lines().contains(#"pinnedpubkey = "sha256//x=""#))
    #expect(try lines().contains(#"noproxy = "*""#))
    #expect(try !lines(usesProxy: true).contains(#"noproxy = "*""#))
  }
}
