import TISBackupTestSupport
import Testing

@testable import Dashboard

struct AddressTests {
  @Test(arguments: [
    ("https://backup.example.com", "https://backup.example.com", "backup.example.com", "", true),
    ("https://Backup.example.com/", "https://backup.example.com", "backup.example.com", "", true),
    ("https://b.example:443/tis", "https://b.example", "b.example", "/tis", true),
    ("http://b.example:8080/a/b/", "http://b.example:8080", "b.example:8080", "/a/b", false),
    ("http://[2001:db8::1]:80/", "http://[2001:db8::1]", "[2001:db8::1]", "", false),
  ])
  func `an address is taken apart as browsers say it`(
    _ text: String, _ origin: String, _ host: String, _ prefix: String, _ isSecure: Bool
  ) {
    let address = PublicAddress(text)
    #expect(address?.origin == origin && address?.host == host)
    #expect(address?.prefix == prefix && address?.isSecure == isSecure)
  }

  @Test(arguments: [
    "", "backup.example.com", "ftp://b.example", "https://", "https://b.example/a?b",
    "https://b.example/a#b", "https://b.example//a", "https://b.example/a/../b",
    "https://user@b.example", "https://b.example/a b", "https://b.example/<x>",
  ])
  func `what is no address of a page is refused`(_ text: String) {
    #expect(PublicAddress(text) == nil)
  }

  @Test(
    arguments: [
      ("a/b", [[0x61], [0x62]]), ("", []), ("a%2Eb//c/", [Array("a.b".utf8), [0x63]]),
      ("%ff%FE", [[0xff, 0xfe]]), ("%0A", [[0x0a]]), ("...", [[0x2e, 0x2e, 0x2e]]),
    ] as [(String, [[UInt8]])])
  func `a path becomes names, byte by byte`(_ path: String, _ names: [[UInt8]]) {
    #expect(PercentText.names(in: path) == names)
  }

  @Test(arguments: [
    "..", "a/../b", "%2e%2e", "%2E.", ".", "a/./b", "a%2fb", "a%00b", "%", "%1", "%zz", "%+1",
    String(repeating: "x", count: 256),
  ])
  func `a path that could leave the backup is no path`(_ path: String) {
    #expect(PercentText.names(in: path) == nil)
  }

  @Test func `every byte survives an address`() {
    let bytes = (0...255).map { UInt8($0) }
    let text = PercentText.encode(bytes)
    #expect(PercentText.decode(text) == bytes)
    #expect(text.utf8.allSatisfy { (0x21...0x7e).contains($0) && !"/?#&\"'<>".utf8.contains($0) })
  }

  @Test(arguments: [
    ("/", "/"), ("/due", "/due"), ("/sections/a?before=1", "/sections/a?before=1"),
    ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil.example", "/"), ("", "/"),
    ("/a\r\nSet-Cookie: x", "/"), ("/a b", "/"), ("/logout", "/"), ("/login", "/"),
    ("javascript:alert(1)", "/"),
  ])
  func `nobody is sent elsewhere after the login`(_ target: String, _ path: String) {
    #expect(OpenRoutes.ownPath(target) == path)
  }
}
